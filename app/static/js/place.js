// A new place: the device's own time zone is proposed where none is told yet.
const field = document.getElementById("zone");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const known = [...document.querySelectorAll("#zones option")].find((option) => option.value.endsWith(`(${own})`));
if (field && !field.value && known) {
  field.value = known.value;
  const told = document.querySelector(".zone-proposed");
  if (told) told.hidden = false;
}
