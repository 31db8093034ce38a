/** A value in an INI file, with the line it stands on. */
export type IniValue = Readonly<{ text: string; line: number }>

/** section → key → values in order; a key may be given several times. Keys before any section belong to DEFAULT. */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, readonly IniValue[]>>

/**
 * Reads the dialect of oslo.config: `key = value` or `key: value`, `#` and `;` begin a comment line, an indented line
 * continues the value above it, quotes around a value are dropped. Throws an Error that names the line.
 */
export function parseIni(text: string): Ini {
  const sections = new Map<string, Map<string, IniValue[]>>([['DEFAULT', new Map()]])
  let section = sections.get('DEFAULT')!
  let values: IniValue[] | undefined
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim()
    if (/^\s/.test(line) && values && trimmed !== '') {
      const last = values.at(-1)!
      values[values.length - 1] = { ...last, text: last.text === '' ? unquote(trimmed) : `${last.text}\n${trimmed}` }
      continue
    }
    values = undefined
    if (trimmed === '' || /^[#;]/.test(trimmed)) continue
    const name = /^\[(.+)\]$/.exec(trimmed)?.[1]
    if (name !== undefined) {
      section = sections.get(name) ?? new Map()
      sections.set(name, section)
      continue
    }
    const end = trimmed.search(/[=:]/)
    if (end < 1)
      throw new Error(`line ${index + 1}: expected 'key = value' or '[section]', found '${trimmed.slice(0, shownMax)}'`)
    const key = trimmed.slice(0, end).trimEnd()
    values = section.get(key) ?? []
    section.set(key, values)
    values.push({ text: unquote(trimmed.slice(end + 1).trimStart()), line: index + 1 })
  }
  return sections
}

/** As much of a line as a message repeats. */
const shownMax = 200

const unquote = (text: string) => /^(["'])(.*)\1$/.exec(text)?.[2] ?? text

/** In one value, those of the values that it refers to included: keys that refer to others ten times each come to billions. */
export const referencesMax = 1000

/** The text of a key in a section, or undefined when there is neither a value nor a default. */
export type LookUp = (section: string, key: string) => string | undefined

/**
 * Fills in `$key`, `${key}`, `$section.key` and `${section.key}`; a key that its own section does not have is looked for
 * in DEFAULT. `$$` and `\$` are a dollar sign, and so is one that no name follows (oslo.config's substitution).
 */
export function interpolate(
  lookUp: LookUp,
  section: string,
  text: string,
  depth = 0,
  left = { references: referencesMax },
): string {
  if (depth > 10) throw new Error(`'${text.slice(0, shownMax)}' refers to itself`)
  const reference = /\\\$|\$(?:\$|\{(?<braced>[a-z_][\w.]*)\}|(?<plain>[a-z_]\w*(?:\.[a-z_]\w*)*))/gi
  return text.replace(reference, (whole, ...rest) => {
    if (whole === '$$' || whole === '\\$') return '$'
    const groups: { braced?: string; plain?: string } = rest.at(-1)
    const name = groups.braced ?? groups.plain!
    const dot = name.indexOf('.')
    const [from, key] = dot < 0 ? [section, name] : [name.slice(0, dot), name.slice(dot + 1)]
    if (--left.references < 0) throw new Error(`more than ${referencesMax} references to other keys`)
    const value = lookUp(from, key) ?? lookUp('DEFAULT', key)
    if (value === undefined) throw new Error(`'${whole}' refers to a key that is not set`)
    return interpolate(lookUp, from, value, depth + 1, left)
  })
}
