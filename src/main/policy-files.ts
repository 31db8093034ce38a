import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { pathOf } from '../config/config-files.ts'
import { Fault } from '../model/fault.ts'
import { fileProblem, isOutOfDescriptors } from '../model/file-problem.ts'
import { basePolicies, policies, policiesWith, uncheckedPolicies } from '../rules/access/default-policies.ts'
import { type Policies, unusedRules } from '../rules/access/parse-policies.ts'
import { oncePerTurn } from '../turn/turn.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'
import { readYaml } from '../yaml-file/yaml-text.ts'

type Places = Pick<Config, 'places' | 'dataDir' | 'policyFile' | 'policyDirs' | 'adminRoles'>

/**
 * The folders in which relative paths are looked up, as oslo.config does (9.0 cfg.py:2547): each --config-dir, then the
 * folder of each --config-file, the last one first. Without them, the data folder.
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

/** The existing access policy files, in order; later files override earlier ones. */
export function policyFilesOf(places: Places): string[] {
  const olderName = places.policyFile === 'policy.yaml' ? find(places, 'policy.json') : undefined
  const file = find(places, places.policyFile) ?? olderName
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

/** Reads the access policies. Throws a Fault that names the unusable file or rule. */
export function readPolicies(places: Places): Policies {
  const files = policyFilesOf(places)
  const overrides = Object.assign({}, ...files.map(readRules)) as Record<string, unknown>
  try {
    return policiesWith(overrides, places.adminRoles)
  } catch (cause) {
    throw new Fault(`The access policies in ${files.join(' and ')} cannot be used: ${(cause as Error).message}.`, {
      cause,
    })
  }
}

function readRules(file: string): object {
  try {
    const rules: unknown = readYaml(readPlainFile(file, fileBytesMax.policies)).value ?? {}
    if (typeof rules !== 'object' || rules === null || Array.isArray(rules))
      throw new Error('expected a mapping of rule names to rules')
    return rules
  } catch (cause) {
    throw new Fault(`The access policy file ${file} cannot be used: ${fileProblem(cause)}.`, { cause })
  }
}

/**
 * The operator's access policies, reloaded when a file is changed, added or removed. After an unusable edit the previous
 * policies stay in force, and the problem is reported to `say` once. If the first read fails, a Fault is thrown.
 */
export function openPolicies(places: Places, say: (problem: string) => void): () => Policies {
  let lastStamp: string | undefined = stampOf(places)
  let policies = readPolicies(places)
  sayUnused(policies, say)
  return oncePerTurn(() => {
    try {
      const stamp = stampOf(places)
      if (stamp === lastStamp) return policies
      lastStamp = stamp
      policies = readPolicies(places)
      sayUnused(policies, say)
    } catch (error) {
      // A temporary shortage of file descriptors says nothing about the files: read them again at the next request.
      if (isOutOfDescriptors(error) || (error instanceof Error && isOutOfDescriptors(error.cause))) {
        lastStamp = undefined
        return policies
      }
      if (!(error instanceof Fault)) throw error
      say(`${error.message} The previous access policies stay in force.`)
    }
    return policies
  })
}

/** A text that changes when any of the files changes. */
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
    say(`Unknown access policy '${name}': no operation checks it, and no other rule refers to it. Is it misspelt?`)
}
