export default function processOrder() {}
