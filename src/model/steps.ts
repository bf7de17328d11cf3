/** Under this key the steps of a job say why it was parked when it was last looked at. No step of a user's has it. */
export const PARKED_STEP = 'rota:parked'
