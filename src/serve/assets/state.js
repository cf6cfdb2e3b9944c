// Tells a page the state of the preview, now and whenever it changes.
//
// A browser opens six connections to a host, and a stream of events keeps one of them. So all pages
// share one stream, which a shared worker holds. Where there is no such worker, a page asks for the
// state while it is in sight.

const PAUSE = 2000;

export const follow = (tell) => {
  const ask = async () => {
    try {
      const answer = await fetch("/_prakat/state");
      if (answer.ok) tell(await answer.json());
    } catch {
      // The preview does not run now. Its next state comes when it does.
    }
  };

  let asks = false;
  const keepAsking = () => {
    if (asks) return;
    asks = true;
    const askAgain = async () => {
      if (!document.hidden) await ask();
      setTimeout(askAgain, PAUSE);
    };
    setTimeout(askAgain, PAUSE);
    document.addEventListener("visibilitychange", () => document.hidden || ask());
  };

  try {
    // Before the worker begins and the page asks, so that no state is missed.
    new BroadcastChannel("prakat-state").addEventListener("message", (event) => tell(event.data));
    new SharedWorker("/_prakat/stream.js").addEventListener("error", keepAsking);
  } catch {
    // Chrome for Android has none, and browsers that may store nothing refuse it.
    keepAsking();
  }
  // A page that comes back from the history heard nothing meanwhile.
  addEventListener("pageshow", (event) => event.persisted && ask());
  return ask();
};
