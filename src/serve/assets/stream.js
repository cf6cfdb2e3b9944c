// A shared worker: holds the one stream of events that all pages of a browser share, and passes each
// state on to them. The stream begins with the current state, so nothing is missed before it is open.
"use strict";
const PAUSE = 2000;
const channel = new BroadcastChannel("prakat-state");

const listen = () => {
  const stream = new EventSource("/_prakat/events");
  stream.addEventListener("state", (event) => channel.postMessage(JSON.parse(event.data)));
  // A browser opens a stream again that was cut off, but not one that was refused, as by another
  // server on the same port.
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, PAUSE);
  });
};
listen();
