/** A value in a configuration file, with the number of its first line. */
export type IniValue = Readonly<{ text: string; line: number }>

/** section → key → values in the order of the file. Sections are named as `sectionName` spells them. */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, readonly IniValue[]>>

/** The one spelling of a section: oslo.config ignores letter case, except in DEFAULT (oslo.config 9.0 cfg.py:399). */
export const sectionName = (name: string): string => (name === 'DEFAULT' ? name : name.toLowerCase())

/**
 * Reads the dialect of oslo.config (9.0 iniparser.py): `key = value` or `key: value` in a section, comment lines with `#`
 * or `;`, an indented line continues the value above it, quotes around a value are dropped. Unlike oslo.config it skips a
 * byte order mark. Throws an Error that names line and section. It never repeats the line, which may hold a password.
 */
export function parseIni(text: string): Ini {
  const sections = new Map<string, Map<string, IniValue[]>>()
  let section: string | undefined
  let value: { text: string; line: number } | undefined
  const read = (line: string, number: number) => {
    if (line.includes('\uFFFD')) throw new Error('the file is not valid UTF-8')
    if (/^[ \t]/.test(line)) {
      if (!value) throw new Error('an indented line continues the value above it, but there is no value above it')
      value.text += `\n${stripStart(line)}`
      return
    }
    value = undefined
    if (line === '' || /^[#;]/.test(line)) return
    if (line.startsWith('[')) {
      section = sectionIn(line)
      if (!sections.has(section)) sections.set(section, new Map())
      return
    }
    const assignment = assignmentIn(line)
    const keys = sections.get(section ?? '')
    if (!keys) throw new Error('a key must be in a section; add [DEFAULT] above it')
    value = { text: assignment.text, line: number }
    const values = keys.get(assignment.key)
    if (values) values.push(value)
    else keys.set(assignment.key, [value])
  }
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    try {
      read(stripEnd(line), index + 1)
    } catch (error) {
      const place = `line ${index + 1}${section === undefined ? '' : `, section [${section}]`}`
      throw new Error(`${place}: ${(error as Error).message}`)
    }
  }
  return sections
}

function sectionIn(line: string): string {
  if (!line.endsWith(']')) throw new Error("expected ']' at the end of the line")
  if (line.length <= 2) throw new Error('the section has no name')
  return sectionName(line.slice(1, -1))
}

function assignmentIn(line: string): { key: string; text: string } {
  const end = line.search(/[=:]/)
  if (end < 0) throw new Error("expected 'key = value' or '[section]'")
  const key = strip(line.slice(0, end))
  if (key === '') throw new Error(`there is no key before '${line[end]}'`)
  return { key, text: unquote(stripStart(line.slice(end + 1))) }
}

const unquote = (text: string) => (/^["']/.test(text) && text[0] === text.at(-1) ? text.slice(1, -1) : text)

/** What Python's `str.strip` removes; JavaScript's `trim` differs in a few characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python counts these as white space
const blank = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/

/** A loop, since a pattern for the end of a text takes quadratic time when blanks are in the middle. */
export function stripEnd(text: string): string {
  let end = text.length
  while (end > 0 && blank.test(text[end - 1]!)) end--
  return text.slice(0, end)
}

function stripStart(text: string): string {
  let start = 0
  while (start < text.length && blank.test(text[start]!)) start++
  return text.slice(start)
}

export const strip = (text: string): string => stripEnd(stripStart(text))
