import type { RotaConfig } from './rota-config.js'

/**
 * Gives a config in TypeScript its types: `export default defineConfig({ stacks: { ... } })` in `rota.config.ts`. It is judged
 * when it is loaded.
 */
export function defineConfig(config: RotaConfig): RotaConfig {
  return config
}
