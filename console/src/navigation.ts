/** The links beside every page, in order. Those of operators are shown to callers whom the API admits there. */
export const navigation = [
  { to: '/instances', label: 'Instances', for: 'everyone' },
  { to: '/create', label: 'Create an instance', for: 'everyone' },
  { to: '/matrix', label: 'What fits where', for: 'operators' },
  { to: '/all-instances', label: 'All instances', for: 'operators' },
  { to: '/compliance', label: 'Compliance', for: 'operators' },
  { to: '/waivers', label: 'Waivers', for: 'operators' },
  { to: '/history', label: 'History', for: 'operators' },
  { to: '/catalogue', label: 'Catalogue file', for: 'operators' },
] as const satisfies readonly Readonly<{ to: string; label: string; for: 'everyone' | 'operators' }>[]
