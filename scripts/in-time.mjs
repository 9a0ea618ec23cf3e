/**
 * What `work` gives, or an error where it takes longer than `ms`: a run that hangs is a failure, not a wait.
 * @template T @param {Promise<T>} work @param {number} ms @returns {Promise<T>}
 */
export async function inTime(work, ms) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no result after ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
