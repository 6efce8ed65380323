// The page shows what the server rendered. This asks for it again when something happened, and sends
// what the buttons say.
'use strict';

const said = document.querySelector('#said');

function say(text, outcome) {
  said.textContent = text;
  said.className = outcome;
}

// Shows the page as it is now. The server has escaped everything in it.
async function refresh() {
  const html = await (await fetch('/_mock/')).text();
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const part of ['#time', '#live']) {
    const [present, next] = [document.querySelector(part), page.querySelector(part)];
    if (present.outerHTML !== next.outerHTML) {
      present.replaceWith(next);
    }
  }
}

async function post(path, body) {
  const reply = await fetch(`/_mock/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await reply.json();
  if (!reply.ok) {
    throw new Error(answer.error);
  }
}

// What a form says, as the body of its route.
function bodyOf(form) {
  const fields = Object.fromEntries(new FormData(form));
  if ('seconds' in fields) {
    return { seconds: Number(fields.seconds) };
  }
  if ('kind' in fields) {
    const takes = form.elements.kind.selectedOptions[0].dataset.takes;
    const body = { [fields.kind]: takes ? Number(fields.value) : true };
    if (fields.on) {
      body.on = fields.on;
    }
    body.times = Number(fields.times);
    return body;
  }
  return {};
}

for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', async event => {
    event.preventDefault();
    try {
      await post(form.dataset.post, bodyOf(form));
      say(`${form.querySelector('button').textContent}: done`, 'good');
      await refresh();
    } catch (error) {
      say(error.message, 'bad');
    }
  });
}

// A kind of fault takes a status, seconds, or nothing.
const kind = document.querySelector('select[name="kind"]');
function showValue() {
  const { takes, value } = kind.selectedOptions[0].dataset;
  const input = kind.form.elements.value;
  document.querySelector('#takes').textContent = takes;
  input.closest('label').hidden = !takes;
  input.value = takes ? value : '';
  input.disabled = !takes;
  input.required = Boolean(takes);
}
kind.addEventListener('change', showValue);
showValue();

// Waits for the next call, and looks every other second for what jobs did.
async function follow() {
  let received = Number(document.querySelector('#live').dataset.received);
  for (;;) {
    try {
      const reply = await fetch(`/_mock/calls?after=${received}&wait=2`);
      received = (await reply.json()).received;
      await refresh();
    } catch {
      say('The double does not answer.', 'bad');
      await new Promise(resolve => setTimeout(resolve, 2000));
    }
  }
}
follow();
