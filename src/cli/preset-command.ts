import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { StatedManager } from '../model/datastore-catalogue.ts'
import { applyCatalogue, previewCatalogue } from '../operations/datastore-catalogue/apply-catalogue.ts'
import type { CataloguePlan } from '../operations/datastore-catalogue/plan-catalogue.ts'
import { readCatalogue } from './catalogue-commands.ts'
import { catalogueDiff, catalogueSummary, catalogueWarnings } from './catalogue-words.ts'
import type { Command } from './command.ts'
import { isDryRun, isNoneAllowed, moodOf } from './dry-run.ts'
import type { Mood } from './effect-words.ts'

/** In a checkout and in the package alike, the folder of this file is two levels below the root. */
const folder = fileURLToPath(new URL('../../presets', import.meta.url))

export const presetApply: Command['run'] = async (context, input) => {
  const ports = await context.ports()
  const managers: StatedManager[] = []
  for (const file of globSync(`${folder}/*.yaml`).sort()) managers.push(...(await readCatalogue(file)).managers)
  const catalogue = { datastores: [], managers }
  const mood = moodOf(input)
  const how = { check: true, allowNone: isNoneAllowed(input) }
  const plan = isDryRun(input)
    ? await previewCatalogue(ports, catalogue, how)
    : await applyCatalogue(ports, context.actor, catalogue, { ...how, progress: () => {} })
  const fitting = managers.map(({ name }) => name).filter(name => !plan.idleManagers.includes(name))
  // A preset for an engine without a version is normal, unlike an entry for it in a file of the operator.
  for (const warning of catalogueWarnings({ ...plan, idleManagers: [] }, mood)) context.say(`warning: ${warning}`)
  const diff = catalogueDiff(plan, mood)
  return { lines: [...diff, ...summary(plan, fitting, mood)], hasFindings: isDryRun(input) && diff.length > 0 }
}

function summary(plan: CataloguePlan, fitting: readonly string[], mood: Mood): string[] {
  if (fitting.length === 0) return ['Nothing to change: there is no preset for the managers of your versions.']
  const presets = `Presets for the managers of your versions: ${fitting.join(', ')}.`
  if (plan.versions.length > 0) return [...catalogueSummary(plan, mood), presets]
  return ['Nothing to change: the presets have nothing to add to your versions.', presets]
}
