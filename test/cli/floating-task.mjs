// Its first handler leaves a rejected promise to nobody.
export const floating = {
  name: 'floating',
  policy: {},
  handle: () => floating,
  run: async () => {
    void Promise.reject(new Error('left to nobody'))
    await new Promise((resolve) => setTimeout(resolve, 50))
  },
}
