-- What has no form in Markdown: sizes and classes of images, links and headings, and raw HTML.
local function without_attributes(element)
  element.attr = pandoc.Attr()
  return element
end
local function content(element)
  return element.content
end
local function nothing()
  return {}
end
-- What is text to pandoc, but begins a comment, a highlight or a note here.
local SYNTAX = {"%%%%", "==", "%^%["}
local function first_syntax(text)
  local first, last
  for _, pattern in ipairs(SYNTAX) do
    local start, stop = text:find(pattern)
    if start and (not first or start < first) then
      first, last = start, stop
    end
  end
  return first, last
end
local function escaped(element)
  local parts, text = pandoc.List(), element.text
  local first, last = first_syntax(text)
  if not first then
    return nil
  end
  while first do
    parts:insert(pandoc.Str(text:sub(1, first - 1)))
    parts:insert(pandoc.RawInline("gfm", (text:sub(first, last):gsub("[%%=^]", "\\%0", 2))))
    text = text:sub(last + 1)
    first, last = first_syntax(text)
  end
  parts:insert(pandoc.Str(text))
  return parts
end
return {{
  Str = escaped,
  Image = without_attributes,
  Link = without_attributes,
  Header = without_attributes,
  Span = content,
  Div = content,
  RawInline = nothing,
  RawBlock = nothing,
}}
