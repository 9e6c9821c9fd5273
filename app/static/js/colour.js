// A colour is picked beside the field that holds its figures; each follows the other.
const field = document.getElementById("accent");
const picker = document.getElementById("colour-picked");
if (field && picker) {
  picker.closest("[hidden]").hidden = false;
  picker.addEventListener("input", () => (field.value = picker.value));
  field.addEventListener("input", () => {
    if (/^#[0-9a-f]{6}$/i.test(field.value.trim())) picker.value = field.value.trim();
  });
}
