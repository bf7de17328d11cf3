import type { PgTx } from 'rota/postgres'

/** An interactive transaction of Prisma, as rota takes it: `prisma.$transaction(async (tx) => ...)`, over `@prisma/adapter-pg`. */
export function fromPrisma(tx: {
  $queryRawUnsafe<T>(query: string, ...values: unknown[]): PromiseLike<T>
  $executeRawUnsafe(query: string, ...values: unknown[]): PromiseLike<number>
}): PgTx {
  return {
    async query(text, values) {
      // Savepoints give no rows, and Prisma runs such statements apart from those that do.
      if (!text.startsWith('SELECT')) {
        await tx.$executeRawUnsafe(text)
        return { rows: [] }
      }
      return { rows: await tx.$queryRawUnsafe<unknown[]>(text, ...values) }
    },
  }
}
