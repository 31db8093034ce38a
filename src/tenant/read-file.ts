import { dirname, resolve } from 'node:path'
import { Fault } from '../model/fault.ts'
import { fileProblem } from '../model/file-problem.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'
import { readYaml } from '../yaml-file/yaml-text.ts'
import { isTree, type Tree } from './plan/plan-values.ts'
import { planProblem, readPlan } from './plan/read-plan.ts'
import type { RequestedInstance } from './requested-instance.ts'
import type { Given } from './template/parameters.ts'
import { readTemplate, type Template } from './template/read-template.ts'

/** What a file asks for, and which parameters it has: none for a plan. */
export type CheckedFile = Readonly<{ instances: readonly RequestedInstance[]; parameters: readonly string[] }>

const planCommand = '`terraform show -json plan.bin > plan.json`, after `terraform plan -out=plan.bin`'

/**
 * Reads a plan of Terraform or a template of Heat. Throws a Fault that names the file and says what to do if it is neither,
 * or beyond a limit. No message quotes the file, since plans and templates have passwords.
 *
 * @param path as the user typed it
 * @param readStdin reads the text when the path is '-'
 */
export async function readFileToCheck(
  path: string,
  given: Given,
  readStdin: () => Promise<string>,
): Promise<CheckedFile> {
  const shown = path === '-' ? 'standard input' : path
  try {
    const text = path === '-' ? await readStdin() : readPlainFile(path, fileBytesMax.plans)
    return readText(text, path, given)
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault(`${shown} cannot be checked: ${fileProblem(cause)}.`, { cause })
  }
}

function readText(text: string, path: string, given: Given): CheckedFile {
  if (text.startsWith('PK')) throw new Error(`it is a plan in Terraform's binary format. Run ${planCommand}`)
  const document = /^\s*\{/.test(text) ? jsonOf(text) : undefined
  if (document && 'format_version' in document) {
    const problem = planProblem(document)
    if (problem !== undefined) throw new Error(problem)
    return { instances: readPlan(document, path), parameters: [] }
  }
  if (/\.tf$/.test(path)) throw new Error(`it is a configuration, not a plan. Run ${planCommand}`)
  const template = templateOf(text, path)
  const { parameters } = template.tree
  const instances = readTemplate(template, { given, nested: readNested })
  return { instances, parameters: isTree(parameters) ? Object.keys(parameters) : [] }
}

/** Undefined for what is no JSON object; it may still be YAML in braces. The parser's message would quote the text. */
function jsonOf(text: string): Tree | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isTree(value) ? value : undefined
  } catch {
    // `terraform plan -json` prints an object on each line: a log, without the plan.
    if (/^\s*\{[^\n]*"@level"/.test(text))
      throw new Error(`it is the log of \`terraform plan -json\`, not the plan. Run ${planCommand}`)
    return undefined
  }
}

function templateOf(text: string, path: string): Template {
  if (Buffer.byteLength(text) > fileBytesMax.templates)
    throw new Error(
      `it is not a plan of Terraform, and larger than a template may be (${fileBytesMax.templates / 2 ** 20} MiB)`,
    )
  const yaml = readTemplateYaml(text)
  const { value: tree } = yaml
  if (!isTree(tree) || !('heat_template_version' in tree)) throw new Error(notTemplateWords(tree))
  return { path, tree, placeOf: yaml.placeOf }
}

/** Numbers are texts if they would be printed differently, so that the version 8.0 stays 8.0. */
function readTemplateYaml(text: string) {
  try {
    return readYaml(text, { numbersAsTyped: true })
  } catch (error) {
    if (!text.includes('heat_template_version')) throw new Error(notTemplateWords(undefined))
    // What was expected there is safe to show only if it does not name parts of the text.
    const { message } = error as Error
    throw new Error(message.includes("'") ? `${message.split(': ', 1)[0]} is not valid YAML` : message)
  }
}

function notTemplateWords(tree: unknown): string {
  if (isTree(tree) && ('AWSTemplateFormatVersion' in tree || 'HeatTemplateFormatVersion' in tree))
    return 'it is a template in the format of CloudFormation, which is not supported. Rewrite it as HOT'
  return `it is neither a plan of Terraform nor a HOT template. For a plan, run ${planCommand}. A HOT template begins with heat_template_version`
}

/** Reads a template that another one uses as a type. Types that are URLs are not fetched. */
function readNested(type: string, from: string): Template | string {
  if (/^[a-z]+:\/\//i.test(type)) return `its template ${type} is not fetched; check that file itself`
  const path = resolve(dirname(from === '-' ? '.' : from), type)
  try {
    return templateOf(readPlainFile(path, fileBytesMax.templates), path)
  } catch (error) {
    return `its template ${type} cannot be read: ${fileProblem(error)}`
  }
}
