/* A large read set compared in parts by the holder of the token and by whoever else has nothing to do. The parts of a state root
 * on a witness are taken in the same way: CTL_ROOT_PARTS is `open`, CTL_ROOT_STAGE is `out`.
 *
 * Models   src/pipeline/check.ts        checkParts, helpCheck, slotsHoldInParts
 *          src/pipeline/helpers.ts      takePart, help, awaitHelpers
 *          src/pipeline/root-parts.ts   workOnParts, helpRoot, workTogether
 *
 *   open     CTL_CHECK: parts that are left, 0 = closed        out       CTL_CHECK_OUT: whose read set
 *   bad      CTL_CHECK_FAILED                                  helpers   CTL_CHECK_HELPERS
 *   area     ghost: the read set that lies in memory and may be looked at; 0 between checks
 *   truth    ghost: the parts of each check that do not hold, a bit each
 * NJ checks one after the other, NP parts each. The holder waits for helpers that are at a part; none may be left behind.
 */
#ifndef NH
#define NH 2
#endif
#ifndef NP
#define NP 2
#endif
#define NJ 2
byte open, out, helpers, area;
bit bad;
byte truth[NJ+1];
bit over;

inline checkParts(o) {
  do
  :: left = open;
     if :: left==0 -> break :: else fi;
#ifdef M_NOCAS                         /* taken by load and store */
     open = left-1;
#else
     atomic { if :: open==left -> open = left-1 :: else -> left = 0 fi };
#endif
     if
     :: left!=0 ->
        assert(area==o);               /* the read set is still that of the check */
        if
        :: (truth[o]>>(left-1))&1 -> bad = 1; open = 0
        :: else
        fi
     :: else                           /* somebody else was faster: look again */
     fi
  od; left = 0
}

proctype helper() {
  byte o, left;
end:
  do
  :: over -> break
  :: open!=0 ->
#ifdef M_NOANNOUNCE                    /* helpers are not counted */
     o = out; checkParts(o); o = 0
#elif defined(M_NOSECONDLOOK)          /* counted, but not looked again */
     helpers++; o = out; checkParts(o); o = 0; helpers--
#else
     helpers++;
     if
     :: open!=0 -> o = out; checkParts(o); o = 0
     :: else
     fi;
     helpers--
#endif
  od
}

proctype holder() {
  byte j = 1, left;
  do
  :: j<=NJ ->
     area = j;
     bad = 0;
#ifdef M_OPENFIRST                     /* opened before it says whose read set it is */
     open = NP; out = j;
#else
     out = j; open = NP;
#endif
     checkParts(j);
#ifndef M_NOWAIT                       /* the verdict is given while helpers are at a part */
     (helpers==0);
#endif
     assert(bad==(truth[j]!=0));
     area = 0;                         /* confirmed: its memory is used again, the records change */
     j++
  :: else -> break
  od;
  over = 1
}

init {
  byte j = 1;
  atomic {
    do :: j<=NJ -> if :: truth[j] = 0 :: truth[j] = 1 :: truth[j] = 2 :: truth[j] = 3 fi; j++ :: else -> break od;
    run holder(); run helper();
#if NH>1
    run helper();
#endif
#if NH>2
    run helper()
#endif
  }
}
