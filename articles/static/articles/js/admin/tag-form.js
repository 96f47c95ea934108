// The form of a tag: saving.

import { guardForm } from "./form-guard.js";

const form = document.getElementById("tag_form");
if (form) guardForm(form);
