/** Where in the text of the settings a diagnostic stands. */
import { readYaml } from './yaml.ts'

/** Line of the diagnostic's command, counted from 1, or of what is nearest to it. */
export function lineOfDiagnostic(settings: string, id: string): number {
  return readYaml(settings).placeOf(['diagnostics', id, 'run']).line
}
