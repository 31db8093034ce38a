import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { queries } from '../../api/queries.ts'
import { type Answer, trove } from '../../api/trove.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { CheckBox } from '../../parts/check-box.tsx'
import { Notice } from '../../parts/notice.tsx'
import { TextArea } from '../../parts/text-area.tsx'
import { AppliedNotice } from './applied-notice.tsx'
import { CatalogueChanges } from './catalogue-changes.tsx'
import { isEditable, limitWords, readFile } from './read-file.ts'

type Body = Readonly<{ catalogue: string; allow_none: boolean; check: boolean }>
/** What a request would change, so that exactly this one is applied. */
type Preview = Readonly<{ body: Body; answer: Answer<'applyDatastoreCatalogue'> }>

type Props = Readonly<{ text: string; onChange: (text: string) => void }>

/** Takes a file, shows what it would change, and applies it. */
export function ApplyPanel({ text, onChange }: Props) {
  const [options, setOptions] = useState({ allow_none: false, check: true })
  const body = { catalogue: text, ...options }
  const preview = useMutation({
    mutationFn: async (body: Body): Promise<Preview> => ({
      body,
      answer: await trove.applyDatastoreCatalogue({ query: { dry_run: 'true' }, body }),
    }),
  })
  const apply = useMutation({
    mutationFn: (body: Body) => trove.applyDatastoreCatalogue({ body }),
    onSuccess: () => queries.invalidateQueries(),
  })
  const isCurrent = preview.data !== undefined && isSame(preview.data.body, body)
  const isApplied = apply.isSuccess && isSame(apply.variables, body)
  const changes = isCurrent && !isApplied && preview.data.answer.dry_run?.changes === true
  return (
    <section className="panel" aria-labelledby="apply">
      <h2 id="apply">A file to apply</h2>
      <FileField text={text} onChange={onChange} />
      <OptionBoxes options={options} onChange={setOptions} />
      <div className="row">
        <ActionButton
          look={changes ? 'plain' : 'primary'}
          isDisabled={text.trim() === ''}
          busy={preview.isPending && 'Comparing …'}
          onPress={() => preview.mutate(body)}
        >
          Show what it changes
        </ActionButton>
        <ActionButton
          look={changes ? 'primary' : 'plain'}
          isDisabled={!changes}
          busy={apply.isPending && 'Applying …'}
          onPress={() => apply.mutate(body)}
        >
          Apply the file
        </ActionButton>
      </div>
      <ApiProblem error={preview.error} title="The file would be refused." />
      <ApiProblem error={apply.error} title="Nothing was changed." />
      {isApplied ? <AppliedNotice changes={apply.data} /> : null}
      {isCurrent && !isApplied ? <CatalogueChanges changes={preview.data.answer} /> : null}
    </section>
  )
}

const isSame = (one: Body, other: Body): boolean =>
  one.allow_none === other.allow_none && one.check === other.check && one.catalogue === other.catalogue

/** The file that is compared and applied. A long one is not shown. */
function FileField({ text, onChange }: Props) {
  const [problem, setProblem] = useState<string>()
  const choose = async (file: File | undefined) => {
    if (!file) return
    const read = await readFile(file)
    setProblem('problem' in read ? read.problem : undefined)
    if ('text' in read) onChange(read.text)
  }
  return (
    <>
      <div className="row">
        <FileTrigger acceptedFileTypes={['.yaml', '.yml', 'text/plain']} onSelect={files => void choose(files?.[0])}>
          <ActionButton>Choose a file</ActionButton>
        </FileTrigger>
        <span className="hint">YAML, at most {limitWords}.</span>
      </div>
      {problem === undefined ? null : <Notice kind="problem" title={problem} />}
      {isEditable(text) ? (
        <TextArea
          label="The file"
          value={text}
          onChange={onChange}
          help="Datastores that it leaves out stay as they are. All of it is applied, or nothing."
        />
      ) : (
        <div className="row">
          <span>The file has {text.length.toLocaleString('en')} characters, which is too long to be edited here.</span>
          <ActionButton onPress={() => onChange('')}>Remove the file</ActionButton>
        </div>
      )}
    </>
  )
}

type Options = Readonly<{ allow_none: boolean; check: boolean }>

const OptionBoxes = ({ options, onChange }: Readonly<{ options: Options; onChange: (options: Options) => void }>) => (
  <>
    <CheckBox isOn={options.allow_none} onChange={isOn => onChange({ ...options, allow_none: isOn })}>
      Even if a version allows no flavor then
    </CheckBox>
    <CheckBox isOn={!options.check} onChange={isOn => onChange({ ...options, check: !isOn })}>
      Without checking whether its flavors and volume types exist
    </CheckBox>
  </>
)
