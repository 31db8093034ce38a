import type { Command } from './command.ts'
import { helpCommands } from './completion.ts'
import { configurationCommands } from './rows/configuration.ts'
import { databaseCommands } from './rows/database.ts'
import { datastoreCommands } from './rows/datastores.ts'
import { flavorCommands } from './rows/flavors.ts'
import { historyCommands } from './rows/history.ts'
import { datastoreRuleCommands, ruleCopyCommand } from './rows/rules.ts'
import { secretCommands } from './rows/secrets.ts'
import { userCommands } from './rows/users.ts'
import { volumeTypeCommands } from './rows/volume-types.ts'
import { waiverCommands } from './rows/waivers.ts'

/** Every command of trove-manage, in the groups and the order of `--help`. */
export const commandGroups: readonly Readonly<{ title: string; commands: readonly Command[] }>[] = [
  { title: 'Database', commands: databaseCommands },
  { title: 'Configuration', commands: configurationCommands },
  { title: 'Datastores', commands: datastoreCommands },
  { title: 'Flavors', commands: flavorCommands },
  { title: 'Rules of datastores and versions', commands: [...datastoreRuleCommands, ruleCopyCommand] },
  { title: 'Waivers', commands: waiverCommands },
  { title: 'Volume types', commands: volumeTypeCommands },
  { title: 'History', commands: historyCommands },
  { title: 'Users', commands: userCommands },
  { title: 'Passwords and keys', commands: secretCommands },
  { title: 'Help', commands: helpCommands(() => commands) },
]

export const commands: readonly Command[] = commandGroups.flatMap(group => group.commands)
