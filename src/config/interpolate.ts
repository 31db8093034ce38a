import { quoted, ValueProblem } from './value-problem.ts'

/** Limit of references in one value, including those in the values that it refers to. */
export const referencesMax = 1000

const depthMax = 10

/** The text of a key, and the section that its own references start from. */
export type Referenced = Readonly<{
  text: string
  section: string
  /** For options only: how the value looks where it is filled in. */
  written?: (text: string) => string
}>

/** A key in a section. Undefined: there is neither a value nor a default. */
export type LookUp = (section: string, key: string) => Referenced | undefined

/**
 * Fills in `$key`, `${key}`, `$section.key` and `${section.key}`. A key without a section is looked up in the section of the
 * text, then in DEFAULT; options win over other keys. `$$`, `\$` and a `$` without a name after it are dollar signs (oslo.config 9.0 cfg.py:2764).
 * Throws a ValueProblem.
 */
export function interpolate(lookUp: LookUp, section: string, text: string): string {
  let references = 0
  const fill = (text: string, section: string, depth: number): string => {
    if (depth > depthMax)
      throw new ValueProblem(`${quoted(text)} refers to itself`, `the value refers to itself; ${remedy}`)
    const reference = /\$(?:\$|\{([a-z_][._a-z0-9]*)\}|([a-z_][._a-z0-9]*))/gi
    return text.replaceAll('\\$', '$$$$').replace(reference, (whole, braced?: string, plain?: string) => {
      const name = braced ?? plain
      if (name === undefined) return '$'
      if (++references > referencesMax) {
        const problem = `more than ${referencesMax} references to other keys`
        throw new ValueProblem(problem, problem)
      }
      const dot = name.indexOf('.')
      const target =
        dot < 0
          ? optionFirst(lookUp(section, name), lookUp('DEFAULT', name))
          : lookUp(name.slice(0, dot), name.slice(dot + 1))
      if (!target)
        throw new ValueProblem(
          `${quoted(whole)} refers to a key that is not set; ${remedy}`,
          `a $ in the value refers to a key that is not set; ${remedy}`,
        )
      const filled = fill(target.text, target.section, depth + 1)
      return target.written ? target.written(filled) : filled
    })
  }
  return fill(text, section, 0)
}

const optionFirst = (here: Referenced | undefined, inDefault: Referenced | undefined) =>
  [here, inDefault].find(each => each?.written) ?? here ?? inDefault

const remedy = 'write $$ for a dollar sign'
