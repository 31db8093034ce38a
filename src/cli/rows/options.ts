import { propertyNames } from '../../rules/allowed/flavor/requirement.ts'

// The arguments and options that several commands have.

export const datastoreArg = ['datastore_name', 'Name of the datastore.'] as const
export const versionArg = ['datastore_version_name', 'Name of the datastore version.'] as const
export const versionOption = [
  '--version <version>',
  'Version number of the datastore version, e.g. 5.7.30. Required only when several versions have the same name.',
] as const

export const requirementArg = [
  'requirement...',
  `Requirement for flavors, in quotes: 'ram>=2GiB', 'vcpus<=16', 'name=db.*', 'extra_specs[KEY]=word'. Adds all of them or none. Properties: ${propertyNames.join(', ')}, extra_specs[KEY].`,
] as const

export const levelWords =
  "What becomes of flavors that break the rule: 'refuse'; 'warn': admit them with a warning; 'audit': admit them, and only log and report it"

/** For commands that can show what they would change. */
export const dryRunOption = [
  '--dry-run',
  'Change nothing, only show what would change. Exits with 3 if there are changes.',
] as const

const allInstancesOption = ['--all-instances', 'With --dry-run: list all instances that it would touch.'] as const
export const allowNoneOption = ['--allow-none', 'Make the change even if it leaves no flavor.'] as const

/** For commands that change which flavors are allowed. */
export const changeOptions = [dryRunOption, allInstancesOption, allowNoneOption] as const

// Scripts that set up or tear down an installation are run again after a failure. With these options, a command also
// succeeds when it has nothing left to do.

export const ifExistsOption = ['--if-exists', 'Succeed if there is nothing to delete.'] as const
/** For commands that can add several things. */
export const ifAnyMissingOption = [
  '--if-missing',
  'Succeed if some or all of them already exist, and add the others.',
] as const
/** For commands that can delete several things. */
export const ifAnyExistsOption = [
  '--if-exists',
  'Succeed if some or all of them do not exist, and delete the others.',
] as const

/** How many changes `rule_history` lists without --limit. */
export const historyLimitDefault = 20
