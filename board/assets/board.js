// Nobody looks at a hidden page, so it is not refreshed.
document.addEventListener('htmx:beforeRequest', (event) => {
  if (document.hidden && event.detail.requestConfig.triggeringEvent === undefined) event.preventDefault();
});
