"""Words that mean the same, words that exclude each other, and words that say how certain a statement is."""

from __future__ import annotations

from functools import lru_cache

from assistant.text.tokens import words

# Each line: words an editor would let stand for one another when the figures and names agree.
_SAME = """
搭載 積む 備える 載せる 装備 持つ 内蔵 有する equip carry feature pack
発表 公表 発表会 明らか 公開 披露 announce unveil reveal disclose introduce
述べる 語る 話す 説明 言う 指摘 表明 コメント say state tell explain remark
報じる 伝える 報道 report
開始 始める スタート 始まる start begin launch commence
終了 終える 終わる 完了 end finish complete conclude
製造 作る 生産 造る manufacture make produce fabricate build
採用 使う 用いる 利用 使用 活用 use adopt employ utilize utilise
出資 投資 投じる invest investment
買収 取得 acquire acquisition buy purchase
増える 増加 伸びる 拡大 広げる 広がる 上昇 増大 増やす 伸び 上がる increase rise grow growth climb expand
減る 減少 削減 減らす 低下 縮小 下落 下がる 抑える decrease fall decline reduce drop cut lower
発売 販売 売り出す 売る sell sale ship release
設立 創業 創設 設置 establish found
建設 建てる 建造 construct
死去 死ぬ 亡くなる 没する 死亡 逝去 die death
誕生 生まれる 生誕 出生 birth bear
開催 開く 催す 行う 実施 hold host
就任 着任 就く appoint
優勝 制する win victory
位置 ある 所在 locate situate
構成 成る 成り立つ 含む comprise consist contain include
呼ぶ 称する 名付ける 言う call name
計算 演算 コンピュート compute computing
性能 能力 performance capability
能力 性能 power
容量 capacity
帯域幅 帯域 bandwidth
稼働 動く 運用 動作 operate run
接続 つなぐ 繋ぐ 繋げる 結ぶ 連結 連携 connect link
高い 大きい 多い high large great big
低い 小さい 少ない low small
速い 早い 高速 fast quick rapid
遅い 低速 slow
顧客 利用者 ユーザー customer user client
企業 会社 company firm
最初 初めて 初 first
最大 上限 max maximum limit cap
世代 generation
従来 前 previous prior
比べる 比較 対比 compare comparison versus
および 及び 並びに と
サポート 対応 対応する support
約 およそ 大体 ほぼ about approximately roughly nearly
提供 供給 provide offer supply deliver
実現 達成 achieve reach attain
開発 develop development
設計 design
費用 コスト cost expense
価格 値段 price
額 金額 amount
売上高 売上 売り上げ revenue sale
割合 比率 シェア share ratio proportion
地域 地方 region area
国 country nation
拠点 施設 site facility campus
受ける 受け取る 得る receive get obtain
上回る 超える 超す exceed surpass top
下回る below
支援 助ける 支える help aid assist
禁止 ban prohibit
男性 男 man male
女性 女 woman female
犬 イヌ dog
猫 ネコ cat
馬 ウマ horse
象 ゾウ elephant
熊 クマ bear
羊 ヒツジ sheep
牛 ウシ cow
鳥 トリ bird
人 人物 人々 人間 person people
子供 子ども 幼児 子 child kid
電車 列車 train
車 自動車 car vehicle
バイク オートバイ motorcycle motorbike
自転車 bicycle bike
テーブル 机 食卓 卓 デスク table desk
写真 画像 photo picture
道路 道 通り 路上 車道 街路 road street
浴室 風呂 バスルーム bathroom
トイレ 便所 toilet
海 海岸 ビーチ 砂浜 浜辺 海辺 sea beach
乗る 跨る ride
座る 腰掛ける 座り込む sit
立つ 立ち止まる stand
置く 乗せる 載せる 並べる 並ぶ 置かれる put place
停まる 止まる 停車 駐車 停める 止める 駐機 stop park
食べる 食事 eat
食べ物 料理 食事 food dish
飛ぶ 飛行 fly
走る 走行 run
歩く 歩行 walk
見る 眺める 見つめる see look watch
着る 着用 着ける 付ける 身 wear
持つ 手 持つ hold
film movie 映画
song track 曲
album アルバム
gross earn make
rating score
review critic reviewer
confirm verify
空冷 air-cooled
液冷 水冷 liquid-cooled water-cooled
death fatality die
case infection
"""

_OPPOSITE = """
増える|減る 増加|減少 増やす|減らす 拡大|縮小 上昇|下落 上昇|低下 上がる|下がる 増加|削減 伸びる|減る 増大|減少 向上|低下 改善|悪化 増加|低下
上回る|下回る 超える|下回る 高い|低い 大きい|小さい 多い|少ない 速い|遅い 早い|遅い 長い|短い 強い|弱い 広い|狭い 重い|軽い 厚い|薄い 深い|浅い 近い|遠い
暑い|寒い 熱い|冷たい 明るい|暗い 新しい|古い 良い|悪い 易しい|難しい 容易|困難 可能|不可能 有利|不利 賛成|反対 支持|反対 承認|拒否 許可|禁止
成功|失敗 勝つ|負ける 勝利|敗北 優勝|敗退 開始|終了 始まる|終わる 始める|終える 開始|中止 開始|停止 継続|中止 再開|停止 稼働|停止 維持|廃止 採用|廃止 導入|廃止
設立|解散 参加|脱退 加盟|脱退 参加|不参加 購入|売却 買収|売却 買う|売る 輸出|輸入 入学|卒業 就任|辞任 就任|退任 入社|退社 誕生|死去 生まれる|死ぬ
有料|無料 公開|非公開 必要|不要 有効|無効 合法|違法 公式|非公式 肯定|否定 認める|否定 最大|最小 最高|最低 最多|最少 最長|最短 最大|最低 最高|最小 最初|最後 先|後
北|南 東|西 北部|南部 東部|西部 北側|南側 東側|西側 左|右 上流|下流 午前|午後 男性|女性 男|女 父|母 兄|弟 姉|妹 前半|後半 上半期|下半期 黒字|赤字 増収|減収 増益|減益
内|外 内部|外部 国内|国外 国内|海外 表|裏 昼|夜 春|秋 夏|冬 以前|以後 以前|以降 往路|復路 登る|降りる 上る|下る 乗る|降りる 開く|閉じる 開ける|閉める 与える|受ける 送る|受け取る
攻撃|防御 攻める|守る 独立|併合 建設|破壊 発生|消滅 現れる|消える 密|スパース 学習|推論 単体|合計 プラス|マイナス 正|負 陽性|陰性 削減|上がる 削減|増える 削減|上昇 削減|増加 減少|上がる 低下|上がる 優れる|劣る 一致|不一致 安い|高い 安価|高価 空冷|液冷 空冷|水冷 無償|有償 前世代|次世代 増設|撤去 賛成派|反対派
more|less more|fewer increase|decrease rise|fall grow|shrink grow|decline increase|decline rise|drop increase|drop increase|reduce high|low higher|lower large|small more|fewer more|less fast|slow faster|slower
early|late before|after win|lose won|lost success|failure successful|unsuccessful start|end begin|end open|close first|last approve|reject accept|reject allow|ban support|oppose
above|below over|under exceed|below maximum|minimum most|least best|worst north|south east|west northern|southern eastern|western left|right male|female man|woman
positive|negative true|false possible|impossible legal|illegal public|private buy|sell import|export join|leave married|unmarried dead|alive guilty|innocent include|exclude
dense|sparse training|inference cheap|expensive cheaper|dearer strong|weak better|worse gain|loss profit|loss majority|minority mixed|positive active|inactive air-cooled|liquid-cooled air-cooled|液冷 liquid-cooled|空冷 air-cooled|water-cooled
"""

STOP_JA = frozenset(
    "為る 居る 有る 成る 来る 行く 事 物 ため 為 様 よう 訳 所 ところ 方 もの こと それ 其れ これ 此れ 此の 其の 下さる 頂く 貰う くれる 呉れる 出来る 因る 於く 置く 仕舞う 言う という 中 上 内 際 時 後 点 "
    "等 など 他 ほか 程 ほど くらい 位 迄 まで 共 とも 的 化 性 者 氏 社 さん 様 達 たち 年 月 日 人 個 台 件 倍 分 回 つ 目 版 型 用 製 系 無い ない 若し 又 また 及び 並びに 対する 関する 就く 取る 見る 付く 掛ける "
    "本 何 誰 何処 其処 此処 うち まま 儘 よる おく みる いく 当たる 当たり 通り 通る 為さる やる 致す 御座る".split()
)
STOP_EN = frozenset(
    "a an the of in on at to for from by with and or but is are was were be been being am do does did done have has had it its this that these "
    "those there here as into onto than then so such can could may might must shall should will would which who whom whose what when where why "
    "how i you he she we they me him her us them my your his our their if about over between during after before per also both each other "
    "only just very more most less least up down out off under above again further once all any some own same too s t not no nor never "
    "while because until against through within without upon among across toward towards however lrb rrb one ones not n't under more fewer".split()
)

LIGHT_JA = frozenset(
    "搭載 積む 備える 持つ 達する 含む 示す 及ぶ 上る 占める 記録 実現 載せる 有する 誇る 知る 言う 述べる 説明 よる 成る 呼ぶ 当たる 数える 使う 用いる 採る 取る 見込む 思う 考える 指す 出来る 超える 満たす 得る".split()
)
"""Predicates that only tie a figure to its subject; another may stand in the source."""

GENERIC = frozenset(
    "合計 仕様 構成 値 数 量 額 全体 単体 自社 当時 現在 種類 製品 記事 内部 間 内 米 独自 計 方式 モデル 規模 最新 新しい 同社 メモリ 積層 チップ サーバー 搭載 採用 利用 提供 開始 発表 公表 約束 移行 比較 増し".split()
)
"""Nouns that add nothing to check beside a figure or a name, or that a text leaves to its surroundings."""

GENERIC_EN = frozenset(
    "cost list carry use deliver hold join run price memory capacity chip server unit model total system build put say make give version type amount size hour".split()
)
PLAN_JA = ("予定", "計画", "見込み", "見通し", "方針", "構想", "目標", "目指", "意向", "つもり", "予想", "予測")
CONSIDER_JA = ("検討", "可能性", "かもしれ", "模索", "うわさ", "噂", "観測", "構え", "期待")
PLAN_EN = (
    "plan to",
    "plans to",
    "planned",
    "planning to",
    "will ",
    "expected to",
    "expects to",
    "scheduled",
    "aims to",
    "aim to",
    "intends to",
    "intend to",
    "set to",
    "due to ship",
    "targets",
    "upcoming",
    "slated",
)
CONSIDER_EN = (
    "considering",
    "consider ",
    "considers",
    "may ",
    "might ",
    "could ",
    "possibly",
    "reportedly considering",
    "rumour",
    "rumor",
    "exploring",
    "weighing",
)
DENIAL_JA = (
    "は誤り",
    "の誤り",
    "が誤り",
    "誤っていた",
    "誤りだ",
    "誤りで",
    "事実ではない",
    "事実でない",
    "事実無根",
    "正しくない",
    "間違い",
    "と否定した",
    "を否定した",
    "誤解だ",
    "としたのは誤",
    "デマだ",
    "デマで",
    "デマと",
    "デマの",
    "が正しい",
)
DENIAL_EN = (
    "was wrong",
    "is wrong",
    "were wrong",
    "incorrect",
    "is not true",
    "is false",
    "was false",
    "in error",
    "erroneous",
    "mistakenly",
    "denied that",
    "a misreading",
    "is a myth",
    "wrongly",
)


@lru_cache(maxsize=20000)
def stem(word: str) -> str:
    """The index form of one word."""
    found = words(word)
    return found[0] if found else word.lower()


@lru_cache(maxsize=1)
def _groups() -> dict[str, frozenset[int]]:
    table: dict[str, set[int]] = {}
    for number, line in enumerate(_SAME.strip().splitlines()):
        for word in line.split():
            table.setdefault(stem(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in table.items()}


@lru_cache(maxsize=1)
def _opposites() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for pair in _OPPOSITE.split():
        first, second = (stem(word) for word in pair.split("|"))
        table.setdefault(first, set()).add(second)
        table.setdefault(second, set()).add(first)
    return {word: frozenset(others) for word, others in table.items()}


def groups_of(form: str) -> frozenset[int]:
    """Numbers of the groups of like words that ``form`` belongs to."""
    return _groups().get(form, frozenset())


def opposites_of(form: str) -> frozenset[str]:
    """Words that exclude ``form``."""
    return _opposites().get(form, frozenset())
