import { useQuery } from '@tanstack/react-query'
import { ListBox, ListBoxItem } from 'react-aria-components'
import { type Answer, trove } from '../../api/trove.ts'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { sizeWords } from '../../parts/flavor-size.ts'
import { Moment } from '../../parts/moment.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import type { versionChanges } from './change.ts'
import { ChangeButton, DraftButton } from './change-button.tsx'

type Listed = Answer<'listFlavorAssociations'>['flavors'][number]

type Props = Readonly<{
  flavors: readonly Listed[]
  changes: ReturnType<typeof versionChanges>
  onSaved: (title: string) => void
}>

/** The flavors on the list of a version. */
export function ListedFlavors({ flavors, changes, onSaved }: Props) {
  const columns: readonly Column<Listed>[] = [
    { head: 'Flavor', cell: ({ name, id }) => <bdi>{name ?? id}</bdi> },
    { head: 'Id', cell: ({ id, exists }) => (exists ? id : `${id} – no longer exists`) },
    { head: 'Since', cell: ({ associated_at }) => <Moment at={associated_at} /> },
    {
      head: 'Change',
      cell: ({ id, name }) => (
        <ChangeButton
          label="Remove"
          look="quiet"
          name={`Remove ${name ?? id}`}
          title={`Remove ${name ?? id} from the list`}
          change={changes.removeFlavor(id)}
          onSaved={onSaved}
        />
      ),
    },
  ]
  if (flavors.length === 0) return <p>No flavor is on the list.</p>
  return <DataTable caption="Flavors on the list" columns={columns} rows={flavors} keyOf={({ id }) => id} />
}

/** More would not be read; the search finds the others. */
const offeredMax = 50

type Draft = Readonly<{ search: string; chosen: readonly string[] }>

/** Chooses flavors for the list. */
export function AddFlavors({ flavors: listed, changes, onSaved }: Props) {
  const { data } = useQuery({ queryKey: ['flavor verdicts'], queryFn: () => trove.listFlavorVerdicts({}) })
  const isListed = new Set(listed.map(({ id }) => id))
  const others = (data?.flavors ?? []).filter(({ id }) => !isListed.has(id))
  return (
    <DraftButton<Draft>
      label="Add flavors"
      title="Add flavors to the list"
      initial={{ search: '', chosen: [] }}
      changeOf={({ chosen }) => (chosen.length === 0 ? undefined : changes.addFlavors(chosen))}
      fields={(draft, onChange) => <FlavorPicker others={others} draft={draft} onChange={onChange} />}
      savedAs={({ chosen: { length } }) => `Add ${length === 1 ? 'a flavor' : `${length} flavors`} to the list`}
      onSaved={onSaved}
    />
  )
}

type PickerProps = Readonly<{
  others: Answer<'listFlavorVerdicts'>['flavors']
  draft: Draft
  onChange: (draft: Draft) => void
}>

function FlavorPicker({ others, draft: { search, chosen }, onChange }: PickerProps) {
  const words = search.toLowerCase()
  const found = others.filter(({ id, name }) => chosen.includes(id) || name.toLowerCase().includes(words))
  return (
    <>
      <TextInput
        label="Search flavors"
        type="search"
        value={search}
        onChange={search => onChange({ search, chosen })}
        autoFocus
      />
      <ListBox
        className="listbox picker"
        aria-label="Flavors to add"
        selectionMode="multiple"
        items={found.slice(0, offeredMax)}
        selectedKeys={chosen}
        onSelectionChange={keys =>
          onChange({ search, chosen: keys === 'all' ? found.map(({ id }) => id) : [...keys].map(String) })
        }
        renderEmptyState={() => <p className="option">No other flavor has this name.</p>}
      >
        {flavor => (
          <ListBoxItem id={flavor.id} className="option pick" textValue={flavor.name}>
            <span>
              <bdi>{flavor.name}</bdi> <span className="hint">{sizeWords(flavor)}</span>
            </span>
          </ListBoxItem>
        )}
      </ListBox>
      {found.length > offeredMax ? (
        <p className="hint">
          {offeredMax} of {found.length} flavors are shown: search for the others.
        </p>
      ) : null}
    </>
  )
}
