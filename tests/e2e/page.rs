//! What the page is asked by scripts.

/// Whether the program's own page is there, in place of the empty one that a window begins with.
pub const IS_LOADED: &str =
    "return location.protocol !== 'about:' && document.readyState === 'complete'";

/// Whether the page listens and is at rest, now and after two more frames: what was just done may
/// begin something only when it is drawn. From the first time on, what the page says aside is
/// remembered.
pub const IS_AT_REST: &str = r"
    const later = arguments[arguments.length - 1];
    const { dataset } = document.documentElement;
    const isAtRest = () => 'listening' in dataset && 'atRest' in dataset
        && document.querySelector('[aria-busy=true]') === null
        && document.getAnimations().length === 0;
    const toasts = document.querySelector('[role=log]');
    if (toasts !== null && window.said === undefined) {
        window.said = [...toasts.children].map((toast) => toast.textContent);
        new MutationObserver((changes) => {
            const added = changes.flatMap((change) => [...change.addedNodes]);
            window.said.push(...added.map((toast) => toast.textContent));
        }).observe(toasts, { childList: true });
    }
    const before = isAtRest();
    requestAnimationFrame(() => requestAnimationFrame(() => later(before && isAtRest())));";

/// Whether something was said aside, which is forgotten then with all that was said before.
pub const WAS_SAID: &str = r"
    const at = window.said.findIndex((text) => text.includes(arguments[0]));
    window.said.splice(0, at + 1);
    return at >= 0";

/// Goes where a query leads, and comes back once the page knows: it is told in a turn of its own,
/// and not at all where it is there already.
pub const GO: &str = r"
    const [query, later] = arguments;
    const before = location.href;
    const told = () => later(null);
    addEventListener('hashchange', told, { once: true });
    location.hash = query;
    if (location.href === before) {
        removeEventListener('hashchange', told);
        later(null);
    }";

/// The key that leads the focus nearer to an element: Tab, or within one list, menu or set of tabs the
/// arrow down or up; empty once the element has the focus.
pub const NEXT_KEY: &str = r"
    const [wanted] = arguments;
    const now = document.activeElement;
    if (now === wanted) return '';
    const set = '[role=grid],[role=menu],[role=listbox],[role=tablist],[role=toolbar],[role=feed]';
    const within = wanted.closest(set);
    if (wanted.tabIndex >= 0 || within === null || !within.contains(now)) return 'Tab';
    const after = now.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_FOLLOWING;
    return after ? 'ArrowDown' : 'ArrowUp'";

/// Listens for a click on an element.
pub const AWAIT_CLICK: &str = r"
    window.clicked = false;
    arguments[0].addEventListener('click', () => { window.clicked = true; },
        { capture: true, once: true });";

/// Whether the click came.
pub const WAS_CLICKED: &str = "return window.clicked";

/// The size of what is shown, in pixels of the display.
pub const SIZE: &str = r"
    const zoom = Number(localStorage.getItem('zoom') ?? 1);
    return [innerWidth, innerHeight].map((side) => Math.round(side * zoom))";

/// What the page says of itself, for people to read.
pub const TELL: &str = r"
    const { dataset } = document.documentElement;
    return {
        query: location.hash,
        listening: 'listening' in dataset,
        atRest: 'atRest' in dataset,
        busy: document.querySelectorAll('[aria-busy=true]').length,
        animations: document.getAnimations().length,
        saidAside: window.said,
        text: document.body.innerText.slice(0, 2000),
    }";
