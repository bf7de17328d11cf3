/**
 * The program of a child that loads one function, tells its contract, and ends.
 */
import { describedContract } from '../../handlers/described-contract.js'
import { loadHandler } from '../../isolation/child/load-handler.js'

const [file = '', handler = ''] = process.argv.slice(2)

function tell(message: object): void {
  process.send?.(message, undefined, undefined, () => process.exit(0))
}

try {
  tell({ contract: describedContract(await loadHandler(file, handler)) })
} catch (error) {
  tell({ error: error instanceof Error ? error.message : String(error) })
}
