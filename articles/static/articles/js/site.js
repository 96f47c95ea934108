import { followContents } from "./contents.js";
import { openMap } from "./map.js";
import { centre, fetchNeighbourhood } from "./graph.js";
import { offerPreviews } from "./previews.js";
import { offerSuggestions } from "./suggestions.js";
import { offerSlash } from "./search-shortcut.js";
import { offerThemes } from "./theme.js";

offerThemes(document.querySelector("#site_theme"));
followContents(document.querySelector("#site_contents"));
offerSuggestions(document.querySelector("#site_search"));
offerSlash(document.querySelector("#site_search"), document.querySelector("#site_shortcut"));
offerPreviews(document.querySelector("#site_main"));
fetchNeighbourhood(document.querySelector("[data-graph]"));
openMap(document.querySelector("#map"));
centre(document.querySelector(".graph-viewport"));
