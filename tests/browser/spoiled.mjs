// Ways to spoil the good site, each by one replacement in one file, and what the bar must then say.

const HOME = 'index.html';
const ITEM = 'item/index.html';
const CSS = 'page.css';
const JS = 'page.js';
const OUT = '<p id="out">เพียงข้อความ</p>';

export const spoiled = [
  { bar: 'same-bytes', file: HOME, from: 'ข้อความใต้ภาพ', to: 'สร้างเมื่อ 09.00 น.', expected: 'differs between builds' },

  { bar: 'nu', file: ITEM, from: '<main id', to: '<main role="main" id', expected: 'warning: The “main” role is unnecessary' },
  { bar: 'nu', file: ITEM, from: '</caption>', to: '</b></caption>', expected: 'error: Stray end tag “b”' },
  { bar: 'nu', file: CSS, from: 'caption{', to: 'caption{colour:red;', expected: 'error: CSS' },

  { bar: 'html-validate', file: ITEM, from: OUT, to: '<p><a href="../"></a></p>', expected: 'Anchor link must have a text' },
  { bar: 'html-validate', file: ITEM, from: OUT, to: '<p id="1 2">ก</p>', expected: 'valid-id' },

  { bar: 'weights', file: CSS, from: ':root', to: `/*${'x'.repeat(28_000)}*/:root`, expected: 'style sheets: 2' },
  { bar: 'weights', file: CSS, from: ':root', to: `/*${Array.from({ length: 4000 }, (_, n) => ((n * 7919) % 65521).toString(36)).join('')}*/:root`, expected: 'style sheets, gzipped' },
  { bar: 'weights', file: JS, from: "'use strict'", to: `// ${'x'.repeat(6000)}`, expected: 'scripts: 6' },

  { bar: 'frame', file: ITEM, from: OUT, to: `<p>${'ก'.repeat(7_000)}</p>`, expected: 'bytes around the text' },

  { bar: 'headings', file: ITEM, from: '<h1>ประกาศ', to: '<h1>ก</h1><h1>ประกาศ', expected: '2 h1' },
  { bar: 'headings', file: ITEM, from: '<h1>ประกาศผู้ชนะการเสนอราคา</h1>', to: '', expected: '0 h1' },
  { bar: 'headings', file: ITEM, from: OUT, to: '<h4>ก</h4>', expected: 'h4 after h2' },

  { bar: 'tables', file: ITEM, from: '<caption>ราคาที่เสนอ</caption>', to: '', expected: 'without a caption' },
  { bar: 'tables', file: ITEM, from: OUT, to: '<table><caption>ราคาที่เสนอ</caption><tr><th scope="row">1</th></tr></table>', expected: 'two tables of one name' },
  { bar: 'tables', file: ITEM, from: '<th scope="col">บาท', to: '<th>บาท', expected: 'th without scope' },
  { bar: 'tables', file: ITEM, from: '<td>บริษัท ก</td>', to: '', expected: 'rows of different length' },
  { bar: 'tables', file: ITEM, from: OUT, to: '<table><caption>ก</caption><tr><td>1</td></tr></table>', expected: 'without head cells' },

  { bar: 'files', file: ITEM, from: 'CSV, 31 B', to: 'CSV, 32 B', expected: 'does not say (CSV, 31 B)' },
  { bar: 'files', file: ITEM, from: ' (CSV, 31 B)', to: '', expected: 'does not say (CSV, 31 B)' },
  { bar: 'files', file: ITEM, from: '../bids.csv', to: '../gone.csv', expected: 'no such file' },

  { bar: 'dates', file: HOME, from: '25 มิถุนายน 2569', to: '25 มิถุนายน 2568', expected: '2026-06-25 is shown as' },
  { bar: 'dates', file: HOME, from: '25 มิถุนายน 2569', to: '25 มิถุนายน 2026', expected: '2026-06-25 is shown as' },
  { bar: 'dates', file: HOME, from: '25 มิถุนายน 2569', to: '25 กรกฎาคม 2569', expected: '2026-06-25 is shown as' },
  { bar: 'dates', file: HOME, from: '2026-06-25', to: '2569-06-25', expected: '2569-06-25 is shown as' },
  { bar: 'dates', file: HOME, from: '25 มิถุนายน 2569', to: 'อีก 3 วัน', expected: 'is shown as อีก 3 วัน' },
  { bar: 'dates', file: HOME, from: ' datetime="2026-06-25"', to: '', expected: 'time without a date' },

  { bar: 'links', file: HOME, from: '<a href="./item/">ประกาศผู้', to: '<a href="./gone/">ประกาศผู้', expected: 'leads nowhere: ./gone/' },
  { bar: 'links', file: ITEM, from: '<a href="#ผล">', to: '<a href="#ผลลัพธ์">', expected: 'no such place' },
  { bar: 'links', file: HOME, from: 'src="./mark.svg"', to: 'src="./gone.svg"', expected: 'leads nowhere: ./gone.svg' },

  { bar: 'head', file: ITEM, from: '<html lang="th">', to: '<html>', expected: 'no language' },
  { bar: 'head', file: ITEM, from: 'ประกาศผู้ชนะการเสนอราคา – เทศบาลตัวอย่าง', to: '', expected: 'no title' },
  { bar: 'head', file: ITEM, from: 'initial-scale=1', to: 'maximum-scale=1', expected: 'readers cannot zoom' },
  { bar: 'head', file: ITEM, from: 'ผลการเสนอราคาปรับปรุงถนน', to: '', expected: 'no description' },
  { bar: 'head', file: ITEM, from: 'href="https://portal.example.go.th/item/"', to: 'href="https://portal.example.go.th/"', expected: 'canonical address' },
  { bar: 'head', file: ITEM, from: 'og:title', to: 'og:name', expected: 'no title for shared links' },
  { bar: 'head', file: ITEM, from: 'og:url" content="https', to: 'og:url" content="http', expected: 'the address for shared links' },
  { bar: 'head', file: ITEM, from: '"@type"', to: '@type', expected: 'linked data that cannot be read' },
  { bar: 'head', file: ITEM, from: '"@type"', to: '"type"', expected: 'linked data without context, type' },
  { bar: 'head', file: ITEM, from: '<link rel="icon"', to: '<meta property="og:image" content="https://portal.example.go.th/mayor.jpg"><link rel="icon"', expected: 'a picture for shared links' },

  { bar: 'hosts', file: ITEM, from: '<link rel="icon"', to: '<link rel="preconnect" href="https://fonts.example.com"><link rel="icon"', expected: 'link reaches https://fonts.example.com' },
  { bar: 'hosts', file: ITEM, from: OUT, to: '<img src="https://count.example.com/1.gif" alt="">', expected: 'img reaches' },

  { bar: 'console', file: ITEM, from: OUT, to: '<p style="color:red">ก</p>', expected: 'style' },
  { bar: 'console', file: ITEM, from: OUT, to: '<script>document.title = "ก";</script>', expected: 'script' },
  { bar: 'console', file: JS, from: "'use strict'", to: 'missing()', expected: 'missing is not defined' },

  { bar: 'storage', file: JS, from: "'use strict'", to: 'localStorage.setItem("visits", 1)', expected: 'localStorage visits' },
  { bar: 'storage', file: JS, from: "'use strict'", to: 'document.cookie = "visitor=1"', expected: 'cookie visitor' },

  { bar: 'reflow', file: CSS, from: 'caption{', to: 'main{min-width:360px}caption{', expected: 'px wide' },
  { bar: 'reflow', file: CSS, from: 'caption{', to: 'h1{width:270px;white-space:nowrap;font-size:1.6rem}caption{', expected: 'text spacing of WCAG 1.4.12' },
  { bar: 'reflow', file: CSS, from: 'caption{', to: 'h2{height:60px;overflow:hidden}caption{', expected: 'with text at 150 % text is cut off' },

  { bar: 'targets', file: CSS, from: 'padding-block:.3em', to: 'padding-block:0;line-height:1;font-size:.8rem', expected: 'px high' },

  { bar: 'breaks', file: ITEM, from: '<h1>ประกาศ', to: '<h1>หอกระจายข่าว', expected: 'a line may end at หอก|ระ' },
  { bar: 'breaks', file: ITEM, from: '<h1>ประกาศ', to: '<h1>ครั้งที่ 3 ประกาศ', expected: 'a word and its number' },
  { bar: 'breaks', file: ITEM, from: '<h1>ประกาศ', to: '<h1>เอกสารต่าง ๆ ประกาศ', expected: 'what belongs behind it' },

  { bar: 'axe', file: ITEM, from: OUT, to: '<p><a href="../"></a></p>', expected: 'link-name' },
  { bar: 'axe', file: CSS, from: '--link:#00308f', to: '--link:#5b7fd0', expected: 'light, 1280 px: color-contrast' },
  { bar: 'axe', file: CSS, from: '--link:#00308f', to: '--link:#3060d0', expected: 'light, 390 px: color-contrast-enhanced' },
  { bar: 'axe', file: CSS, from: '--link:#bcd4ff', to: '--link:#3060d0', expected: 'dark, 1280 px: color-contrast' },
  { bar: 'axe', file: CSS, from: '@media print', to: '@media (prefers-contrast:more){:root{--link:#999}}@media print', expected: 'more contrast: color-contrast' },

  { bar: 'menu', file: HOME, from: 'popovertarget="nav"', to: 'popovertarget="none"', expected: 'the menu does not open' },
  { bar: 'menu', file: HOME, from: 'popover aria-label', to: 'popover="manual" aria-label', expected: 'Escape does not close' },
  { bar: 'menu', file: CSS, from: 'caption{', to: 'nav:popover-open a{color:#999}caption{', expected: 'menu open: color-contrast' },

  { bar: 'keyboard', file: HOME, from: '<a class="skip" href="#main">', to: '<a class="skip" href="./item/">', expected: 'the first Tab stop' },
  { bar: 'keyboard', file: HOME, from: ' tabindex="-1"', to: '', expected: 'does not lead into the main part' },
  { bar: 'keyboard', file: CSS, from: 'outline:3px solid', to: 'outline:1px solid', expected: 'no ring of two colours' },
  { bar: 'keyboard', file: CSS, from: '.skip:focus{top:.5rem}', to: '', expected: 'out of sight' },
  { bar: 'keyboard', file: HOME, from: '<li><a href="./item/">', to: '<li><a href="./item/" tabindex="3">', expected: 'the first Tab stop' },
  { bar: 'keyboard', file: HOME, from: '<p><a href="./item/">', to: '<p><a tabindex="-1" href="./item/">', expected: 'controls' },

  { bar: 'scripts', file: JS, from: "'use strict'", to: "document.querySelector('main').append('มีเฉพาะเมื่อใช้สคริปต์')", expected: 'differs without scripts' },
  { bar: 'scripts', file: ITEM, from: OUT, to: '<p><a href="../"></a></p>', expected: 'without scripts: link-name' },

  { bar: 'print', file: CSS, from: '.skip,.menu,nav[popover]{display:none}', to: '', expected: 'of no use on paper' },
  { bar: 'print', file: CSS, from: 'thead{display:table-header-group}', to: 'thead{display:table-row-group}', expected: 'does not repeat' },
  { bar: 'print', file: CSS, from: 'tfoot{display:table-row-group}', to: '', expected: 'the foot of a table repeats' },
  { bar: 'print', file: CSS, from: '.address{display:block}', to: '', expected: 'the address of the page is not printed' },
  { bar: 'print', file: CSS, from: ':root{--paper:#fff;--ink:#000;--link:#000}', to: '', expected: 'the ink is not black' },
  { bar: 'print', file: CSS, from: '@page{size:A4}', to: '', expected: 'no page size A4' },
  { bar: 'print', file: CSS, from: 'thead{display', to: 'main{width:900px}thead{display', expected: 'wider than A4' },

  { bar: 'forced-colors', file: CSS, from: 'nav a[aria-current]{font-weight:700}', to: 'nav a[aria-current]{background:#ddd}', expected: 'looks like its neighbours' },
  { bar: 'forced-colors', file: CSS, from: 'caption{', to: 'h1{forced-color-adjust:none}caption{', expected: 'keeps its own colours' },

  { bar: 'motion', file: CSS, from: '@media (prefers-reduced-motion:no-preference)', to: '@media all', expected: 'moves: html' },
  { bar: 'motion', file: CSS, from: 'caption{', to: 'a{transition:color .3s}caption{', expected: 'moves: a' },

  { bar: 'cls', file: HOME, from: '<h1>', to: '<img src="./mark.svg?late" alt="" width="360"><h1>', expected: 'layout shift' },

  { bar: 'visit', file: HOME, from: '<img src="./mark.svg" alt="ตราเทศบาล" width="48" height="48">', to: Array.from({ length: 13 }, (_, n) => `<script src="./page.js?${n}" defer></script>`).join(''), expected: 'requests: 1' },
  { bar: 'visit', file: HOME, from: 'ข้อความใต้ภาพ', to: Array.from({ length: 90_000 }, (_, n) => ((n * 7919) % 65521).toString(36)).join(' '), expected: 'bytes, gzipped' },
];
