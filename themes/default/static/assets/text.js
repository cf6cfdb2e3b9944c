// What the scripts of lists and of tables share: how texts are compared, digits shown and pages turned.
globalThis.prakatText = {
  // A text without what readers type in different ways.
  fold: (text) => text.normalize('NFC').toLowerCase().replace(/[\u00AD\u200B-\u200D\u2060\uFEFF]/g, '')
    .replace(/[๐-๙]/g, (c) => c.charCodeAt(0) % 16).replace(/(\d),(?=\d)/g, '$1').replace(/เเ/g, 'แ').replace(/\u0E4D([\u0E48-\u0E4B]?)\u0E32/g, '$1\u0E33').replace(/\s+/g, ' '),
  // A number or a text in Thai or Arabic digits.
  digits: (text, isThai) => (isThai ? String(text).replace(/\d/g, (d) => String.fromCharCode(0xE50 + Number(d))) : String(text)),
  // Shows which of the pages is seen, with buttons to the one before and the next.
  pager(nav, { page, last, words, shown, turn }) {
    const line = document.createElement('p');
    const step = (text, to) => {
      const button = document.createElement('button');
      Object.assign(button, { type: 'button', textContent: text, disabled: to < 1 || to > last, onclick: () => turn(to) });
      return button;
    };
    nav.hidden = last < 2;
    line.className = 'pager';
    line.append(step(words.prev, page - 1), words.page.replace('{n}', shown(page)).replace('{total}', shown(last)), step(words.next, page + 1));
    nav.replaceChildren(line);
  },
};
if (typeof module === 'object') module.exports = globalThis.prakatText;
