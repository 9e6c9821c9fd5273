// What makes the pages kinder where scripts run. Every page works without.
import { focusProblem } from "./focus.js";
import { watchHold } from "./hold.js";
import { sendOnce } from "./once.js";
import { keepScroll } from "./scroll.js";
import { refreshQuietly } from "./refresh.js";
import { foldMenus } from "./menu.js";
import { offerPrinting } from "./print.js";
import { suggestPeople } from "./suggest.js";

focusProblem(document);
sendOnce(document);
foldMenus(document);
offerPrinting(document);
document.querySelectorAll("[data-hold]").forEach(watchHold);
document.querySelectorAll("[data-keep-scroll]").forEach(keepScroll);
document.querySelectorAll("[data-refresh]").forEach(refreshQuietly);
document.querySelectorAll("[data-suggest]").forEach(suggestPeople);
