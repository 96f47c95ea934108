import { followContents } from "./contents.js";
import { offerThemes } from "./themes.js";

offerThemes(document.querySelector("#site_theme"));
followContents(document.querySelector("#site_contents"));
