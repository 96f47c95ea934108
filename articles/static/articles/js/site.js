import { highlightContents } from "./contents.js";
import { enableCopying } from "./copy-code.js";
import { centreGraph, loadLocalGraph } from "./graph.js";
import { enableMap } from "./map.js";
import { enablePreviews } from "./previews.js";
import { enableSearchShortcut } from "./search-shortcut.js";
import { enableSuggestions } from "./suggestions.js";
import { enableThemeToggle } from "./theme.js";

enableThemeToggle(document.querySelector("#site_theme"));
highlightContents(document.querySelector("#site_contents"));
enableCopying(document.querySelector(".prose"));
enableSuggestions(document.querySelector("#site_search"));
enableSearchShortcut(document.querySelector("#site_search"), document.querySelector("#site_shortcut"));
enablePreviews(document.querySelector("#site_main"));
loadLocalGraph(document.querySelector("[data-graph]"));
enableMap(document.querySelector("#site_map"));
centreGraph(document.querySelector(".graph-viewport"));
