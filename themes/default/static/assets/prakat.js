// Optional: every page is complete without this file.
(function () {
  'use strict';
  var root = document.documentElement, KEY = 'prakat-size';
  function load() { try { return localStorage.getItem(KEY); } catch (e) { return null; } }
  function save(v) { try { localStorage.setItem(KEY, v); } catch (e) { /* private mode */ } }

  // 1. Text size. Nothing is stored before the reader presses a button.
  var box = document.querySelector('.sizes');
  if (box) {
    var buttons = box.querySelectorAll('button');
    var set = function (n) {
      root.setAttribute('data-size', n);
      buttons.forEach(function (b) { b.setAttribute('aria-pressed', String(b.value === n)); });
    };
    set({ 2: '2', 3: '3' }[load()] || '1');
    box.hidden = false;
    box.addEventListener('click', function (e) {
      var b = e.target.closest('button');
      if (b) { set(b.value); save(b.value); tables(); }
    });
  }

  // 2. A table wider than its column scrolls by itself: let the keyboard reach it in every browser.
  var wide = document.querySelectorAll('.prose table');
  function tables() {
    wide.forEach(function (t) {
      if (t.scrollWidth > t.clientWidth + 1) t.tabIndex = 0; else t.removeAttribute('tabindex');
    });
  }
  tables();
  addEventListener('load', tables);
  addEventListener('resize', tables);
}());
