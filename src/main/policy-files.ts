import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { pathOf } from '../config/config-files.ts'
import { Fault } from '../model/fault.ts'
import { fileProblem, isOutOfDescriptors } from '../model/file-problem.ts'
import { basePolicies, policies, policiesWith, uncheckedPolicies } from '../rules/access/access.ts'
import { type Policies, unusedRules } from '../rules/access/policies.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'
import { readYaml } from '../yaml-file/yaml-text.ts'

type Places = Pick<Config, 'places' | 'dataDir' | 'policyFile' | 'policyDirs' | 'adminRoles'>

/**
 * The folders in which relative paths are looked up, as oslo.config does (9.0 cfg.py:2547): each --config-dir, then the
 * folder of each --config-file, the last one first. Without them, the folder of the embedded default.
 */
function foldersOf({ places, dataDir }: Places): string[] {
  if (places.length === 0) return [dataDir]
  const folders = places.flatMap(place => ('folder' in place ? [pathOf(place)] : []))
  const besideFiles = places.flatMap(place => ('file' in place ? [dirname(resolve(pathOf(place)))] : []))
  return [...folders, ...besideFiles.toReversed()]
}

const find = (places: Places, path: string): string | undefined =>
  foldersOf(places)
    .map(folder => resolve(folder, path))
    .find(existsSync)

/** The existing policy files, in the order in which they count; a later one wins. */
export function policyFilesOf(places: Places): string[] {
  const older = places.policyFile === 'policy.yaml' ? find(places, 'policy.json') : undefined
  const file = find(places, places.policyFile) ?? older
  const inFolders = places.policyDirs.flatMap(path => {
    const folder = find(places, path)
    return folder === undefined ? [] : filesIn(folder)
  })
  return [...(file === undefined ? [] : [file]), ...inFolders]
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map(entry => join(folder, entry.name))
    .sort()
}

/** Throws a Fault that names the file, or the rule, that cannot be used. */
export function readPolicies(places: Places): Policies {
  const files = policyFilesOf(places)
  const overrides = Object.assign({}, ...files.map(readRules)) as Record<string, unknown>
  try {
    return policiesWith(overrides, places.adminRoles)
  } catch (cause) {
    throw new Fault(`The policy of ${files.join(' and ')} cannot be used: ${(cause as Error).message}.`, { cause })
  }
}

function readRules(file: string): object {
  try {
    const rules: unknown = readYaml(readPlainFile(file, fileBytesMax.policies)).value ?? {}
    if (typeof rules !== 'object' || rules === null || Array.isArray(rules))
      throw new Error('expected names of rules, each with its rule')
    return rules
  } catch (cause) {
    throw new Fault(`The policy file ${file} cannot be used: ${fileProblem(cause)}.`, { cause })
  }
}

/**
 * The operator's policies, read again when a file changes, comes or goes. An edit that cannot be used keeps the policies
 * as they were and is told to `say`, once; at the beginning there is nothing to keep, and a Fault is thrown.
 */
export function openPolicies(places: Places, say: (problem: string) => void): () => Policies {
  let seen: string | undefined = stampOf(places)
  let policies = readPolicies(places)
  sayUnused(policies, say)
  return () => {
    try {
      const stamp = stampOf(places)
      if (stamp === seen) return policies
      seen = stamp
      policies = readPolicies(places)
      sayUnused(policies, say)
    } catch (error) {
      // That passes, and says nothing about the files: they are looked at again with the next request.
      if (isOutOfDescriptors(error) || (error instanceof Error && isOutOfDescriptors(error.cause))) {
        seen = undefined
        return policies
      }
      if (!(error instanceof Fault)) throw error
      say(`${error.message} The policies as they were before stay in force.`)
    }
    return policies
  }
}

/** Changes when any of the files does. */
function stampOf(places: Places): string {
  return policyFilesOf(places)
    .map(file => {
      const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
      return stat ? `${file} ${stat.ctimeNs} ${stat.mtimeNs} ${stat.size} ${stat.ino}` : ''
    })
    .join('\n')
}

function sayUnused(inForce: Policies, say: (problem: string) => void): void {
  for (const name of unusedRules(inForce, [
    ...Object.keys(basePolicies),
    ...Object.keys(policies),
    ...uncheckedPolicies,
  ]))
    say(`Nothing asks the policy '${name}', and no other refers to it. Is it misspelt?`)
}
