// Passkeys: asks the device what the page wants to know, and sends its answer with the page's form.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withBytes = (keys) => (keys ?? []).map((key) => ({ ...key, id: toBytes(key.id) }));

function create(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: withBytes(options.excludeCredentials),
  };
  return navigator.credentials.create({ publicKey });
}

function get(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: withBytes(options.allowCredentials),
  };
  return navigator.credentials.get({ publicKey });
}

function answer(credential) {
  const said = credential.response;
  const response = { clientDataJSON: toText(said.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (said[name]) response[name] = toText(said[name]);
  }
  if (said.getTransports) response.transports = said.getTransports();
  return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response });
}

async function ask(status) {
  const form = status.closest("form");
  const again = form.querySelector("[data-passkey-again]");
  const words = JSON.parse(status.dataset.words); // by the browser's own names of what may go wrong
  again.hidden = true;
  status.textContent = words.waiting;
  try {
    if (!window.PublicKeyCredential) throw new DOMException("", "SecurityError");
    const options = JSON.parse(status.dataset.options);
    const credential = await (status.dataset.passkey === "create" ? create(options) : get(options));
    form.elements.namedItem("credential").value = answer(credential);
    form.submit();
  } catch (problem) {
    status.textContent = words[problem.name] ?? words.failed;
    again.hidden = false;
  }
}

for (const status of document.querySelectorAll("[data-passkey]")) {
  status.closest("form").querySelector("[data-passkey-again]").addEventListener("click", () => ask(status));
  ask(status);
}
