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
  for (const time of root.querySelectorAll('time[data-local]')) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime()))
      time.textContent = at.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
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

/** Shows how far an upload is; without this the browser sends the form by itself. */
function showProgress(form) {
  const progress = form.querySelector('progress');
  const words = form.querySelector('[role=status]');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      progress.hidden = false;
      progress.max = total;
      progress.value = loaded;
      words.textContent =
        loaded < total ? `${Math.floor((100 * loaded) / total)} % uploaded` : 'Uploaded; the task is told.';
    });
    request.addEventListener('load', () => {
      if (request.status < 400) location.assign(request.responseURL);
      else words.textContent = 'The upload was refused. Open the page again, and then send it.';
    });
    request.addEventListener('error', () => {
      words.textContent = 'The connection broke. Nothing was delivered; try again.';
    });
    request.open('POST', form.action);
    // The answer is for the page that is opened after it.
    request.setRequestHeader('hx-request', 'true');
    request.send(new FormData(form));
  });
}

document.addEventListener('htmx:afterSwap', (event) => {
  showLocalTimes(event.detail.target);
  announceWaiting(event.detail.target);
});
showLocalTimes(document);
startSliders(document);
document.querySelectorAll('form[data-upload]').forEach(showProgress);
