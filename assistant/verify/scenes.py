"""Everyday things and acts: which word covers which, and which exclude each other in one scene.

News figures and names are compared by value; a sentence such as 「男性がベンチに座っている」 has neither, and is
compared by what its nouns and verbs can stand for.
"""

from __future__ import annotations

from functools import lru_cache

# Each line: words for one thing.
_SAME = """
縞馬 シマウマ
象 ゾウ 像
熊 クマ くま テディ ベア
猫 ネコ 黒猫 子猫 仔猫
犬 イヌ 子犬
牛 ウシ 乳牛
馬 ウマ
羊 ヒツジ
鳥 トリ 小鳥
麒麟 キリン
ソファー ソファ ソファーベッド
テーブル 机 デスク 食卓 卓 カウンター 台
椅子 チェア イス 腰掛け
ベッド ベット 寝台
キッチン 台所 調理場 厨房
トイレ 便所 便器 便座 洋式 化粧
浴室 バスルーム 風呂 シャワー 洗面
リビング 居間 部屋 ルーム 室内 屋内
道路 道 路上 車道 通り 街路 沿道 道端 道路脇 路肩 路面
歩道 横断 路側
海 海辺 海岸 ビーチ 砂浜 浜辺 水辺 波 海上 海面 波打ち際
草原 草地 牧草 牧草地 野原 芝生 芝 草叢 草 原っぱ サバンナ 牧場 茂み
森 林 木立ち 木々 樹木 木 森林
山 雪山 山中 斜面 ゲレンデ 坂 スロープ 丘
雪 雪上 雪面 雪道 積雪 雪原
線路 レール 鉄道 軌道
駅 ホーム プラットフォーム プラットホーム
列車 電車 汽車 車両 鉄道車両
機関 蒸気 汽車 sl
車 自動車 乗用車 車両
バイク オートバイ 単車 二輪 スクーター リカンベント
自転車 サイクリング
飛行 旅客 ジェット 航空 プロペラ 双翼 ひこうき 飛行機 航空機 旅客機
船 ボート 舟 カヌー ヨット 船舶
男性 男 男子 男の子 少年 おじさん
女性 女 女子 女の子 少女 おばさん
子供 少年 少女 男の子 女の子 幼児 赤ちゃん 子 児童 キッズ
人 人物 人々 人間 者 通行 観客 大人 若者 老人 大勢 一人 歩行者 人達
スキーヤー スキー
スノーボーダー スノーボード スノボー スノボ ボーダー
スケートボード スケボー スケートボーダー ボード スケート スケーター
サーファー サーフィン サーフボード
バッター 打者 打席
ピッチャー 投手
プレーヤー 選手 プレイヤー
時計 大時計
看板 標識 案内 表示 サイン
縫い包み ぬいぐるみ テディ
パソコン コンピューター ノート pc ラップトップ
携帯 電話 スマートフォン スマホ 受話器
鞄 バッグ カバン 荷物 トランク スーツケース
帽子 キャップ ヘルメット
眼鏡 サングラス メガネ ゴーグル
蝋燭 キャンドル ローソク ろうそく
花瓶 ガラス瓶 瓶 つぼ
皿 プレート トレー お盆 器 容器 ディッシュ お皿 食器
コップ カップ グラス マグカップ
スケート スケボー
果物 フルーツ
飲み物 ドリンク コーヒー ジュース
料理 食べ物 食事 食材 食品 おかず
凧 カイト
ラケット テニス
サッカー フットボール
フリスビー フライング ディスク
傘 パラソル
照明 ライト ランプ 電気 電灯 街灯 ライトアップ
扉 ドア 蓋 門
絵 絵画 ペイント 描く イラスト 模様
煉瓦 レンガ 石造り
焜炉 コンロ ガス台 オーブン レンジ
ソーセージ ホットドッグ
隣 横 そば 脇 側 近く 傍ら 傍 近辺 付近 手前 前 周り
後ろ 背後 裏 奥 向こう
上 上部 頂上 てっぺん
下 下部 麓 足元 真下
中 内 内部 内側
沢山 多数 大勢 多く 複数 数 何 様々 色々 たくさん
停まる 止まる 停車 駐車 停める 止める 留まる 駐機 停泊 とまる とめる 駐輪
置く 乗せる 載せる 並べる 並ぶ 設置 立てる 有る 盛る 盛り付ける 入る 入れる 飾る 積む 備える 居る 収まる 取り付ける 付く
立つ たつ 立ち止まる 佇む 建つ たたずむ 立てる
座る 腰掛ける 座り込む すわる 腰かける
寝る 寝転ぶ 横たわる 寝そべる 転がる 眠る 丸まる 横 転ぶ くつろぐ
走る 走行 駆ける 疾走 通る 通過 進む 走り抜ける 通行
歩く 歩行 散歩 行く 渡る 通る 移動
飛ぶ 飛行 舞う 浮かぶ 上がる 揚がる 浮く
ジャンプ 飛び上がる 跳ぶ 飛ぶ 跳ねる 宙
乗る 跨る 跨がる 運転 乗り込む またがる サイクリング
滑る 滑走 滑り降りる 下る すべる 滑り下りる 下りる
着る 着用 羽織る 履く 身 纏う 姿 つける 付ける 着ける 装着 はく 締める 締める 被る
持つ 抱える 手 握る 掴む つかむ 抱く 携帯 構える 手にする
食べる 食事 食う 銜える くわえる 口 つまむ 啄む
飲む 口
見る 眺める 見つめる 覗く 見上げる 見渡す 向く 眺める
話す 通話 会話 喋る 話
遊ぶ 楽しむ プレー 興じる ゲーム 試合 練習 競技
打つ 振る 打ち返す 構える スイング 返す
投げる 放る 投球
切る カット 切り分ける
調理 料理 作る 焼く
笑う 微笑む 笑顔 にっこり
繋ぐ 結ぶ つなぐ 連結 繋がる
開く 開ける あく
閉じる 閉める 閉まる
生ける 挿す 活ける 生ふ 入れる
生える 茂る 生い茂る
飾る 装飾 ディスプレイ
掛かる 掛ける かける ぶら下がる 吊る 下がる 下げる つるす 吊るす
浮かぶ 浮く
見える 写る 映る うつる
晴れる 青空 晴天
夕暮れ 夕方 夕日 日没
"""

# Each line: a wider word, then words it covers.
_WIDER = """
動物 縞馬 象 熊 猫 犬 牛 馬 羊 鳥 麒麟 猿 山羊 ライオン パンダ 白熊 駝鳥 鹿 兎 カンガルー
人 男性 女性 子供 選手 観客 老人 若者 大人 スキーヤー サーファー スノーボーダー バッター ピッチャー カップル 男女 夫婦 料理人 警官 少年 少女 男の子 女の子 プレーヤー 赤ちゃん
乗り物 車 バイク 自転車 列車 バス トラック 飛行 船 機関 電車 タクシー
車 バス トラック タクシー 消防 パトカー ワゴン 乗用車
列車 電車 機関 貨物 蒸気
食べ物 ピザ ケーキ パン サンドイッチ ドーナツ ホットドッグ 野菜 果物 肉 寿司 パスタ サラダ ハンバーガー 菓子 ご飯 スープ デザート チーズ ポテト 料理
野菜 ブロッコリー 人参 トマト 玉葱 キャベツ ジャガ芋 レタス ピーマン
果物 林檎 バナナ オレンジ 苺 葡萄 パイナップル レモン
服 シャツ tシャツ ズボン スーツ ジャケット ウェア 水着 制服 ユニホーム ドレス コート スカート セーター
家具 ソファー ベッド 椅子 テーブル 棚
家電 冷蔵 テレビ パソコン 電子 レンジ オーブン トースター
建物 家 ビル 塔 教会 駅 店 ホテル 屋敷 煉瓦
スポーツ テニス 野球 サッカー スキー スノーボード サーフィン スケートボード フリスビー バスケットボール ゴルフ
植物 木 花 草 葉
道具 はさみ ナイフ フォーク 包丁 スプーン ブラシ
場所 公園 広場 街 町 空港 駅
球 ボール
部屋 リビング キッチン 寝室 浴室 トイレ 台所 オフィス
動く 走る 歩く 飛ぶ 滑る 泳ぐ 移動
する 置く 有る
"""

# Each line: things of one sort; two different ones do not stand in one place.
_KINDS = """
colour: 白 白い 黒 黒い 赤 赤い 青 青い 緑 黄 黄色 黄色い 茶 茶色 茶色い ピンク 紫 銀 銀色 金 金色 灰色 グレー オレンジ ベージュ 紺 水色 シルバー 緑色 白色 カラフル 透明
animal: 縞馬 象 熊 猫 犬 牛 馬 羊 鳥 キリン 麒麟 猿 山羊 ヤギ ライオン 虎 パンダ 白熊 駝鳥 鹿 兎 豚 魚 カンガルー クマ ウマ ゾウ ペンギン 鴨 鷗 鳩 烏 カラス アヒル 狼 鼠 リス 恐竜 虫
person: 男性 女性 男 女 男子 女子 男の子 女の子 少年 少女 男女 赤ちゃん 老人 大人 子供 おばあさん おじいさん 夫婦 若者
vehicle: 車 バイク 自転車 列車 電車 バス トラック 飛行 船 ボート タクシー ヘリコプター 機関 オートバイ 馬車 消防 パトカー 新幹線 三輪 戦車 ヨット 救急 一輪
food: ピザ ケーキ パン サンドイッチ ドーナツ ホットドッグ 寿司 パスタ サラダ ハンバーガー ラザニア ご飯 スープ ラーメン うどん 蕎麦 カレー オムレツ 肉 魚 チーズ ポテト 刺身 お好み焼き ステーキ クッキー アイスクリーム パンケーキ 野菜 果物 菓子 おにぎり プリン
plant: 林檎 バナナ オレンジ 苺 葡萄 レモン パイナップル ブロッコリー 人参 トマト キャベツ 玉葱 桃 梨 西瓜 メロン 蜜柑
furniture: ソファー ベッド 椅子 テーブル 棚 ベンチ 机 箪笥 床 絨毯 カーペット 畳 布団 デスク 地面 壁 天井
room: キッチン トイレ 浴室 リビング 寝室 台所 オフィス 玄関 廊下 ベランダ 庭 教室 車庫 洗面
place: 道路 歩道 海 川 湖 山 草原 森 公園 駅 空港 広場 砂浜 線路 雪山 芝生 牧場 町 街 プール 水辺 港 橋 野原 砂漠 空 空中 水中 海中 屋根 室内 屋外 草叢 グラウンド スタジアム コート 動物園 店 階段 土 岩 雪 氷 舗装 車道 学校 病院 体育館 ゲレンデ
sport: テニス 野球 サッカー スキー スノーボード サーフィン スケートボード フリスビー バスケットボール ゴルフ バレーボール 卓球 ボクシング 柔道 相撲 スケート 水泳 マラソン ラグビー 凧
thing: 傘 ラケット バット ボール 帽子 靴 鞄 本 携帯 電話 パソコン テレビ 冷蔵 時計 花瓶 鏡 窓 扉 はさみ ナイフ フォーク スプーン 包丁 箸 皿 コップ 箱 瓶 缶 カメラ 凧 縫い包み 人形 標識 信号 看板 消火 ポスト 写真 新聞 マウス キーボード トースター 洗濯 掃除 ギター ピアノ サーフボード スケートボード 栓 ベル 太鼓 槍 剣 銃 杖 旗 花 草 木
clothes: シャツ tシャツ ズボン スーツ ジャケット 水着 制服 ユニホーム ドレス コート スカート セーター 着物 浴衣 パジャマ 裸 ネクタイ 帽子 靴 眼鏡 サングラス マフラー 手袋 マスク ヘルメット 靴下
pose: 立つ 座る 寝る 走る 歩く 飛ぶ 滑る 泳ぐ 止まる 乗る 降りる 倒れる 転ぶ 横たわる 跨がる 逃げる 登る 潜る 浮かぶ 沈む 落ちる 飛び降りる しゃがむ 踊る 逆立ち 這う 渡る 停車 走行 出発 通過 離陸 着陸 駐車 停泊 追い掛ける 戦う 暴れる 飛行
act: 食べる 飲む 見る 話す 読む 書く 歌う 遊ぶ 打つ 投げる 蹴る 切る 洗う 笑う 泣く 怒る 眠る 寝る 起きる 撮る 弾く 開ける 閉める 捨てる 拾う 持つ 置く 抱く 叩く 壊す 作る 買う 売る 押す 引く 運ぶ 捕る 受ける 探す 喧嘩 掃除 料理 運転 修理 着る 脱ぐ 着替える 出す 入れる 燃える 割れる 折れる 破れる 解体 片付ける 散乱 隠す 釣る 掘る 振る 構える
weather: 晴れる 雨 雪 曇り 雷 嵐 晴天 曇天 青空 台風 霧
time: 朝 昼 夜 夕方 夕暮れ 夜中 早朝 深夜 昼間 正午
season: 春 夏 秋 冬
position: 上 下 中 外 前 後ろ 横 左 右 奥 隣 内側 外側 裏 間 手前 向こう 隅 真ん中 遠く 近く
state: 開く 閉じる 空 満員 一杯 壊れる 新しい 古い 奇麗 汚い 大きい 小さい 長い 短い 高い 低い 広い 狭い 明るい 暗い 丸い 四角い 三角 太い 細い 熱い 冷たい 生 満開 枯れる 新品 若い 年老いる 太る 痩せる 巨大 裸足
amount: 一つ 沢山 一人 二人 大勢 複数 唯一 少し 僅か 多数 無い 一頭 一匹 誰 全て 半分 群れ 単独 両方 片方 空っぽ
material: 木製 煉瓦 石 鉄 ガラス 紙 プラスチック 布 コンクリート 金属 アスファルト 革 陶器 段ボール
"""


def _table(text: str) -> dict[str, frozenset[int]]:
    table: dict[str, set[int]] = {}
    for number, line in enumerate(text.strip().splitlines()):
        for word in line.split():
            table.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in table.items()}


@lru_cache(maxsize=1)
def _same() -> dict[str, frozenset[int]]:
    return _table(_SAME)


@lru_cache(maxsize=1)
def _wider() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for line in _WIDER.strip().splitlines():
        broad, *narrow = line.split()
        for word in narrow:
            table.setdefault(word, set()).add(broad)
    return {word: frozenset(found) for word, found in table.items()}


@lru_cache(maxsize=1)
def _kinds() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for line in _KINDS.strip().splitlines():
        name, words = line.split(":")
        for word in words.split():
            table.setdefault(word, set()).add(name)
    return {word: frozenset(found) for word, found in table.items()}


def alike(first: str, second: str) -> bool:
    """Whether two words can name one thing or act."""
    if first == second:
        return True
    same = _same()
    return not same.get(first, frozenset()).isdisjoint(same.get(second, frozenset()))


def covers(broad: str, narrow: str) -> bool:
    """Whether ``narrow`` is a sort of ``broad``: a cat is an animal."""
    found = _wider().get(narrow, frozenset())
    return broad in found or any(alike(broad, item) for item in found)


def kinds_of(word: str) -> frozenset[str]:
    """Sorts that ``word`` belongs to: colour, animal, place and so on."""
    return _kinds().get(word, frozenset())


def excludes(first: str, second: str) -> bool:
    """Whether two words are different things of one sort, neither of which covers the other."""
    if alike(first, second) or covers(first, second) or covers(second, first):
        return False
    return not kinds_of(first).isdisjoint(kinds_of(second))
