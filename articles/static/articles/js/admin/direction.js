// The direction of a long text. With `dir=auto` browsers find the direction of each paragraph again
// after each key, which takes several times as long as all else: 550 ms instead of 150 in one line of
// 200 kB, 76 instead of 8 in paragraphs (Chromium 156).

const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFD\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
const LETTER = /\p{L}/u;
// In characters.
const LONG = 20_000;

export function fixDirection(field) {
  const update = () => {
    const direction = field.value.length < LONG ? "auto" : directionOf(field.value);
    if (field.dir !== direction) field.dir = direction;
  };
  for (const name of ["input", "restore"]) field.addEventListener(name, update);
  update();
}

// The direction of the first letter, as of an element with `dir=auto`.
function directionOf(text) {
  const [letter] = LETTER.exec(text) ?? [""];
  return RIGHT_TO_LEFT.test(letter) ? "rtl" : "ltr";
}
