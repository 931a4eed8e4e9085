// How much of a cloth is left: /stock/<cloth> is answered at the edge, with data from the warehouse.
for (const place of document.querySelectorAll("[data-cloth]")) {
  const { cloth } = place.dataset;
  fetch(`/stock/${cloth}`)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`status ${answer.status}`))))
    .then(({ metres }) => {
      place.textContent = metres > 0 ? `${metres} metres are in the warehouse.` : "None is left. The next warp is on the loom.";
    })
    .catch(() => {
      place.textContent = "The warehouse does not answer just now.";
    });
}
