/** The one style of all pages: system fonts, the reader's colours, paper. */
export const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--faint:#57606a;--paper:#fff;--line:#d0d7de;--soft:#f6f8fa;--link:#0a58ad;--a:#0b6bab;--b:#b34700;--c:#00735c;--d:#8a3d78}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--faint:#a3acb7;--paper:#0d1117;--line:#3d444d;--soft:#161b22;--link:#79b8ff;--a:#58b0e8;--b:#ff8c3a;--c:#2fb58c;--d:#d987c5}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
header,main,footer{max-width:62rem;margin:0 auto;padding:.8rem 1.2rem}
footer{color:var(--faint);font-size:.875rem}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;list-style:none;margin:0;padding:0 0 .6rem;border-bottom:1px solid var(--line)}
nav [aria-current]{color:var(--ink);font-weight:600;text-decoration:none}
h1{font-size:1.5rem;line-height:1.3;margin:.6rem 0 1rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2rem 0 .6rem;overflow-wrap:anywhere}
h3{font-size:1rem;margin:1.4rem 0 .4rem;overflow-wrap:anywhere}
a{color:var(--link)}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
p,li,dd{overflow-wrap:anywhere}
code,pre{font:.86em/1.5 ui-monospace,monospace}
code{background:var(--soft);padding:.1em .3em;border-radius:.2rem}
pre{background:var(--soft);padding:.7rem;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}
pre code{padding:0}
.box{overflow-x:auto;margin:.8rem 0}
table{border-collapse:collapse;font-size:.93rem}
caption{text-align:left;color:var(--faint);padding:.2rem 0}
th,td{border:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top;overflow-wrap:break-word;max-width:34rem}
th{background:var(--soft)}
.number,td[align=right],th[align=right]{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
time,.verdicts td:first-child{white-space:nowrap}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.8rem 0}
dt{color:var(--faint)}dd{margin:0}
details{margin:.6rem 0;border:1px solid var(--line);border-radius:.3rem;padding:.4rem .8rem}
summary{cursor:pointer}
figure{margin:1rem 0}figcaption,.faint{color:var(--faint);font-size:.875rem}
svg,img{max-width:100%;height:auto}
svg text{fill:var(--ink);font:12px system-ui,sans-serif}
svg .faint{fill:var(--faint)}
svg .grid{stroke:var(--line)}
svg .s0{stroke:var(--a);fill:var(--a)}svg .s1{stroke:var(--b);fill:var(--b)}svg .s2{stroke:var(--c);fill:var(--c)}svg .s3{stroke:var(--d);fill:var(--d)}
svg path{fill:none!important;stroke-width:1.5}
@media (max-width:40rem){header,main,footer{padding:.6rem .8rem}dl{grid-template-columns:1fr}.box td:nth-child(2):not(.number){min-width:9rem}dd{margin:0 0 .4rem}}
@media print{header,.skip{display:none}body{font-size:10.5pt}main{max-width:none;padding:0}.box{overflow:visible}a{color:inherit}tr,figure{break-inside:avoid}h2,h3{break-after:avoid}}
`
