// Nobody looks at a hidden page, so it is not refreshed.
document.addEventListener('htmx:beforeRequest', (event) => {
  if (document.hidden && event.detail.requestConfig.triggeringEvent === undefined) event.preventDefault();
});

/** Shows times in the reader's own time zone where the page shows them in UTC. */
function showLocalTimes(root) {
  for (const time of root.querySelectorAll('time[datetime][title]')) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.title = at.toLocaleString();
  }
}

/** The slider that uncovers one picture over another. */
function startSliders(root) {
  for (const section of root.querySelectorAll('[data-slider]')) {
    const over = section.querySelector('.over');
    const control = section.querySelector('input[type=range]');
    const show = () => {
      over.style.clipPath = `inset(0 0 0 ${control.value}%)`;
    };
    control.addEventListener('input', show);
    show();
    section.hidden = false;
  }
}

/** Tells those who do not see the list how many wait, but only when that has changed. */
function announceWaiting(root) {
  const waiting = root.querySelector('#waiting')?.textContent;
  const announcement = document.getElementById('announcement');
  if (waiting === undefined || announcement === null || waiting === lastWaiting) return;
  lastWaiting = waiting;
  announcement.textContent = waiting;
}

let lastWaiting = document.getElementById('waiting')?.textContent;

document.addEventListener('htmx:afterSwap', (event) => {
  showLocalTimes(event.detail.target);
  announceWaiting(event.detail.target);
});
showLocalTimes(document);
startSliders(document);
