import { followContents } from "./contents.js";
import { offerSuggestions } from "./search.js";
import { offerThemes } from "./themes.js";

offerThemes(document.querySelector("#site_theme"));
followContents(document.querySelector("#site_contents"));
offerSuggestions(document.querySelector("#site_search"));
