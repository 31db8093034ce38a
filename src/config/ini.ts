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
    const pair = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(trimmed)
    if (!pair) throw new Error(`line ${index + 1}: expected 'key = value' or '[section]', found '${trimmed}'`)
    values = section.get(pair[1]!) ?? []
    section.set(pair[1]!, values)
    values.push({ text: unquote(pair[2]!), line: index + 1 })
  }
  return sections
}

const unquote = (text: string) => /^(["'])(.*)\1$/.exec(text)?.[2] ?? text

/** Fills in `$key`, `${key}` and `${section.key}`; `$$` is a dollar sign (oslo.config's substitution). */
export function interpolate(ini: Ini, section: string, text: string, depth = 0): string {
  if (depth > 10) throw new Error(`'${text}' refers to itself`)
  return text.replace(/\$(?:\$|\{(?<braced>[^}]+)\}|(?<plain>[A-Za-z_]\w*))/g, (whole, ...rest) => {
    if (whole === '$$') return '$'
    const groups: { braced?: string; plain?: string } = rest.at(-1)
    const name = groups.braced ?? groups.plain!
    const [from, key] = name.includes('.') ? (name.split('.', 2) as [string, string]) : [section, name]
    const value = (ini.get(from)?.get(key) ?? ini.get('DEFAULT')?.get(key))?.at(-1)
    if (!value) throw new Error(`'${whole}' refers to a key that is not set`)
    return interpolate(ini, from, value.text, depth + 1)
  })
}
