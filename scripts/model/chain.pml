/* The versions of one key: making its entry, linking versions into its chain, looking up meanwhile.
 *
 * Models   assembly/directory.ts   directoryClaim
 *          assembly/state.ts       shareAccountEntry, shareSlotEntry
 *          assembly/versions.ts    firstOf, link, newestBelow (the walk; which versions count is block.pml's)
 *
 * NW writers link a version each: writer w is step w, writer 1 links a second one, of its next attempt, which goes before
 * the first. Each finds or makes the entry of the key; entry w is the one that writer w makes. A version is a
 * number: 2 * step + attempt. Readers look for the newest below their step at any moment.
 *   dir      the directory's slot for the key, 0 = free, else entry + 1
 *   head[]   chain word of an entry: epoch and address, changed in one step (64-bit compare-and-swap)
 *   next[]   VER_NEXT: an atomic word; all else of a version is written before it is linked
 * -DOLD: the entry is there from the job before, and its chain word still holds that job's epoch and the address of memory
 * that writer 1 is about to write its version to.
 */
#ifndef NW
#define NW 3
#endif
#define NIL 255
#define NV (2*NW)
#ifdef M_NOEPOCH                       /* whatever the chain word points to counts */
#define FIRST(e) addr[e]
#else
#define FIRST(e) (epoch[e]==1 -> addr[e] : NIL)
#endif
#define BELOW(v,step) ((v)/2<(step))

byte dir;
byte addr[NW]; bit epoch[NW];          /* the chain word: this job's epoch is 1 */
byte next[NV];
bit  whole[NV];                        /* ghost: the version is complete */
bit  linked[NV];                       /* ghost: it is in the chain */
byte left = NW;

inline link(e, w) {
again:
  do
  :: atomic { h = addr[e]; t = epoch[e]; first = FIRST(e) };         /* atomic.load of the chain word */
     if
     :: first!=NIL && first/2>w/2 -> break                            /* it belongs further down */
     :: else
     fi;
#ifdef M_LINKFIRST                     /* linked before it is complete */
     skip;
#else
     next[w] = first; whole[w] = 1;
#endif
#ifdef M_STORE                         /* stored instead of swapped */
     atomic { addr[e] = w; epoch[e] = 1; linked[w] = 1 }; goto done
#else
     atomic {
       if
       :: addr[e]==h && epoch[e]==t -> addr[e] = w; epoch[e] = 1; linked[w] = 1; goto done
       :: else
       fi }
#endif
  od;
  above = FIRST(e);
  do
  :: n = next[above];
     if
     :: n!=NIL && n/2>w/2 -> above = n
     :: else ->
#ifndef M_LINKFIRST
        next[w] = n; whole[w] = 1;
#endif
#ifdef M_INNERSTORE                    /* stored instead of swapped further down */
        next[above] = w; linked[w] = 1; goto done
#else
        atomic {
          if
          :: next[above]==n -> next[above] = w; linked[w] = 1; goto done
          :: else
          fi }
#endif
     fi
  od;
done:
#ifdef M_LINKFIRST
  if :: above==NIL -> next[w] = first :: else -> next[w] = n fi; whole[w] = 1;
#endif
  atomic { h = 0; t = 0; first = 0; n = 0; above = NIL }
}

proctype writer(byte step) {
  byte e, h, first, n, v; byte above = NIL; bit t;
  /* share: find the key's entry, else make one and claim the directory's slot; the loser takes the winner's */
  e = dir;
  if
  :: e!=0 -> e--
  :: e==0 ->
     addr[step] = NIL;                 /* a complete entry with an empty chain */
     atomic {
       if
       :: dir==0 -> dir = step+1; e = step
#ifdef M_OWNENTRY                      /* the loser goes on with its own entry */
       :: else -> e = step
#else
       :: else -> e = dir-1
#endif
       fi }
  fi;
  v = 2*step;
  link(e, v);
  if
  :: step==1 -> v = 3; link(e, v)
  :: else
  fi;
  left--
}

proctype reader(byte step) {
  byte at, floor, x;
  atomic {                             /* ghost: the best version that is linked before the look-up begins */
    floor = NIL;
    do :: x<NV && BELOW(x,step) -> if :: linked[x] -> floor = x :: else fi; x++ :: else -> break od; x = 0;
    at = dir };
  if :: at==0 -> assert(floor==NIL); goto end :: else fi;
  at = FIRST(at-1);
  do
  :: at!=NIL -> assert(whole[at]);     /* nobody sees half a version */
     if :: BELOW(at,step) -> break :: else -> at = next[at] fi
  :: at==NIL -> break
  od;
  assert(floor==NIL || (at!=NIL && at>=floor));                       /* found, or a newer one */
end:
  skip
}

init {
  byte x, n;
  atomic {
    do :: x<NV -> next[x] = NIL; x++ :: else -> break od;
    x = 0; do :: x<NW -> addr[x] = NIL; x++ :: else -> break od;
#ifdef OLD
    dir = 1; addr[0] = 2; epoch[0] = 0;
#endif
    run writer(0); run writer(1); run writer(2);
    run reader(NW-1); run reader(1)
  }
  (left==0);
  x = FIRST(dir-1); n = 0;
  do
  :: x!=NIL -> n++; assert(next[x]==NIL || next[x]/2<x/2 || (next[x]/2==x/2 && next[x]<x)); x = next[x]
  :: else -> break
  od;
  assert(n==NW+1)                      /* every version, in descending order, the newer attempt first */
}
