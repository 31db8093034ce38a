import type { Command } from './command.ts'
import { configCheck } from './config-check.ts'
import { policyShow } from './policy-commands.ts'

/** What there is to ask about files that the operator writes. */
export const configurationCommands: readonly Command[] = [
  {
    verb: 'config_check',
    summary: 'Say what of the configuration is used, ignored and wrong. Connects to nothing.',
    options: [['--all', 'Also what is at its default.']],
    lists: true,
    example: ['trove-manage config_check', 'Exits with 1 when something is wrong.'],
    run: configCheck,
  },
  {
    verb: 'policy_show',
    summary: 'Show who may do what: the rules in force, and whether they are the default.',
    args: [['[policy]', 'Name of one policy; all of them when left out.']],
    options: [['--roles <roles>', 'Comma separated roles; adds whether a caller who has them is allowed.']],
    lists: true,
    example: ['trove-manage policy_show datastore:delete --roles member', 'Whether members may delete a datastore.'],
    run: policyShow,
  },
]
