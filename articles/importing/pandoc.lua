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
return {{
  Image = without_attributes,
  Link = without_attributes,
  Header = without_attributes,
  Span = content,
  Div = content,
  RawInline = nothing,
  RawBlock = nothing,
}}
