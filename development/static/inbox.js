// Two comforts, neither needed: the list notices new mail, and a mail's frame is as tall as the mail.
"use strict";

const news = document.querySelector(".news");
if (news) {
  window.setInterval(async () => {
    try {
      const answer = await fetch(news.dataset.address);
      if (!answer.ok || (await answer.text()) === news.dataset.latest) return;
      news.hidden = false;
      // Nobody is reading at the top of an unfocused list: show it at once. Else leave it to the person.
      if (document.activeElement === document.body && window.scrollY < 40) window.location.reload();
    } catch {
      // The demonstration has been ended; the page stays as it is.
    }
  }, 2000);
}

const letter = document.querySelector(".letter");
if (letter) {
  const fit = () => {
    const page = letter.contentDocument?.documentElement;
    if (page) letter.style.height = `${page.scrollHeight + 2}px`;
  };
  letter.addEventListener("load", fit);
  window.addEventListener("resize", fit);
  fit();
}
