/** The README's tables of the Action's inputs and outputs, made from `action.yml`. */
import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { between, oneLine, table } from './marked-table.ts'

interface Described {
  description: string
  required?: boolean
  default?: string
}

/** The README with the tables between its `<!-- inputs -->` and `<!-- outputs -->` marks renewed. */
export async function actionTables(actionPath: string, readmePath: string): Promise<string> {
  const action = parse(await readFile(actionPath, 'utf8')) as {
    inputs: Record<string, Described>
    outputs: Record<string, Described>
  }
  const readme = await readFile(readmePath, 'utf8')
  const inputs = Object.entries(action.inputs).map(([name, input]) => [
    `\`${name}\``,
    oneLine(input.description),
    input.required ? 'required' : input.default ? `\`${input.default}\`` : '',
  ])
  const outputs = Object.entries(action.outputs).map(([name, output]) => [
    `\`${name}\``,
    oneLine(output.description),
  ])
  return between(
    between(readme, 'inputs', table(['Input', 'What it is', 'Default'], inputs)),
    'outputs',
    table(['Output', 'What it is'], outputs),
  )
}
