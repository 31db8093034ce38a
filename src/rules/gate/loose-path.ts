/** Reads a path in every way in which some server or proxy might read it. */

/** More than one level, since a proxy can decode before the server does. */
const decodings = 3

/** Each byte becomes a character, as in WSGI. Wrong escapes stay as they are, as in Python. */
const decodeOnce = (path: string): string =>
  path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Removes what servers ignore in a part: letter case, blanks, control characters, parameters and suffixes. */
function loosenPart(part: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among what is removed here.
  const visible = part.toLowerCase().replace(/[\s\u0000-\u0020\u007f-\u00a0]+/g, '')
  return /^\.+$/.test(visible) ? visible : visible.replace(/[.;?#].*$/s, '')
}

/** Follows `..` as browsers and some servers do. */
function withoutDots(parts: readonly string[]): readonly string[] {
  const left: string[] = []
  for (const part of parts)
    if (part === '..') left.pop()
    else left.push(part)
  return left
}

function partsOf(path: string): readonly string[] {
  const parts = path.split(/[/\\]/).map(loosenPart)
  return parts.filter(part => part !== '' && part !== '.')
}

/** The parts of a path, read in every way. */
export function looseReadings(path: string): readonly (readonly string[])[] {
  const decoded = [path]
  for (let level = 0; level < decodings; level++) decoded.push(decodeOnce(decoded.at(-1)!))
  const readings = [...new Set(decoded)].flatMap(each => [each, ...cutPaths(each)]).map(partsOf)
  return readings.flatMap(parts => [parts, withoutDots(parts)])
}

/** A path up to a decoded `?`, `#` or `;`: what follows can contain slashes. */
const cutPaths = (path: string): readonly string[] =>
  [/[?#].*$/s, /[;?#].*$/s].filter(end => end.test(path)).map(end => path.replace(end, ''))
