/* Balances and nonces that are not read: deltas, predicates, fees; and what of them is final.
 *
 * Models   assembly/confirm.ts    accountsHold, predicatesHold, agree, publishAccountChanges, creditConfirmed,
 *                                 confirmTransaction
 *          assembly/changes.ts    applyChanges
 *          assembly/versions.ts   publishAccountVersion
 *          assembly/validity.ts   checkNonce
 *
 * One account, which is also the fee recipient: every transaction that is confirmed pays it a fee of FEE. A version is a
 * guess, what the attempt read and its change; confirming applies the change to what is confirmed.
 *   bal, non   the confirmed record     ver[], vn[]   the newest version of each step, balance + 1 and nonce, 0 = none
 *   rx[]       balance + 1 that was really looked at          need[]   least balance that covers the attempt's debits
 *   chg[]      change of the balance, mod 16                  err[]    the attempt found its transaction invalid
 * A look-up ahead answers with the confirmed record or any version of a lower step (block.pml has which ones count).
 */
#ifndef NS
#define NS 2
#endif
#ifndef NT
#define NT 3
#endif
#define CAP 1
#define FEE 1
#define READY 1
#define RUN   2
#define DONE  3
#define FINAL 4
#define MOD(v) ((v)&15)

byte st[NT], att[NT], own[NT];
byte ver[NT], vn[NT];
byte rx[NT], need[NT], chg[NT]; bit err[NT], res[NT];
byte prog[NT], want[NT];
byte F, token, bal, non, verdict;      /* verdict: 1 + index of the first invalid transaction */
byte seq, seqn;                        /* ghost: sequential execution */

/* 0 credit 1 | 1 debit 2, or fail | 2 look, pay 1 if odd | 3 look, pay all | 4 debit 2, then credit 1, or fail
   5 sent by the account: pays 1, invalid if that is not covered or the nonce is another one */
#define OWNER(i) (prog[i]==5)

/* What program i does on balance b: d = change, ok = success, looked = it went by the exact balance, low = least left. */
inline act(i, b) {
  d = 0; ok = 1; looked = 0; low = b;
  if
  :: prog[i]==0 -> d = 1
  :: prog[i]==1 -> if :: b>=2 -> d = 14; low = b-2 :: else -> ok = 0; looked = 1 fi
  :: prog[i]==2 -> looked = 1; if :: (b&1) -> d = 15; low = b-1 :: else fi
  :: prog[i]==3 -> looked = 1; d = MOD(16-b); low = 0
  :: prog[i]==4 -> if :: b>=2 -> d = 15; low = b-2 :: else -> ok = 0; looked = 1 fi
  :: prog[i]==5 -> if :: b>=1 -> d = 15; low = b-1 :: else -> ok = 0 fi
  fi
}
/* Runs on balance b and nonce n and leaves the outcome. In turn everything is exact. */
inline outcome(i, b, n, exact) {
  act(i,b);
  res[i] = ok; err[i] = 0; rx[i] = 0; chg[i] = d;
  if
  :: OWNER(i) && (!ok || n>want[i] || (exact && n!=want[i])) -> err[i] = 1
  :: else
  fi;
  if :: looked || exact -> rx[i] = b+1 :: else fi;
#ifdef M_NETNEED                       /* what the attempt lost in all, not the deepest point */
  need[i] = (d>8 -> 16-d : 0);
#else
  need[i] = b-low;
#endif
  d = 0; ok = 0; looked = 0; low = 0
}
#ifdef M_NOPRED
#define COVERED(f) true
#else
#define COVERED(f) (bal>=need[f])
#endif
#ifdef M_NONONCE
#define NONCEOK(f) true
#else
#define NONCEOK(f) (!OWNER(f) || non==want[f])
#endif
#ifdef M_ERRFINAL                      /* invalid ahead of its turn is taken for invalid */
#define TRUSTED(f) true
#else
#define TRUSTED(f) (st[f]==FINAL)
#endif
#define CLAIMABLE(j) (j<NT && st[j]==READY && (att[j]<CAP || F==j))

proctype slot(byte s) {
  byte i, b, n, d, low, f; bit ok, looked, redo;
again:
  do
  :: atomic { F==NT || verdict!=0 -> goto end }
  :: atomic { token==0 && F<NT && st[F]>=DONE && verdict==0 -> token = s+1; f = F; goto merging }
  :: atomic { verdict==0 && (CLAIMABLE(0) || CLAIMABLE(1) || CLAIMABLE(2) || CLAIMABLE(3)) ->
       if :: CLAIMABLE(0) -> i = 0 :: CLAIMABLE(1) -> i = 1 :: CLAIMABLE(2) -> i = 2 :: CLAIMABLE(3) -> i = 3 fi;
       st[i] = RUN; break }
  od;
  if
  :: atomic { F==i -> d_step { outcome(i, bal, non, true) } }
     st[i] = FINAL
  :: F!=i ->
     atomic {
       if
       :: b = bal; n = non
       :: i>0 && ver[0]!=0 -> b = ver[0]-1; n = vn[0]
       :: i>1 && ver[1]!=0 -> b = ver[1]-1; n = vn[1]
       :: i>2 && ver[2]!=0 -> b = ver[2]-1; n = vn[2]
       fi };
     d_step { outcome(i, b, n, false) };
     atomic { if :: !err[i] -> ver[i] = MOD(b+chg[i])+1; vn[i] = (OWNER(i) -> want[i]+1 : n) :: else fi; b = 0; n = 0 };
     st[i] = DONE
  fi;
  i = 0;
  goto again;

merging:
  do
  :: atomic { f<NT && st[f]>=DONE && verdict==0 ->
       if
       :: err[f] && TRUSTED(f) ->      /* the block's verdict */
          assert(OWNER(f) && (seq<1 || seqn!=want[f]));
          verdict = f+1; break
       :: else ->
          if
          :: !err[f] && (rx[f]==0 || rx[f]==bal+1) && COVERED(f) && NONCEOK(f) ->
             d_step {                  /* the oracle */
               assert(!OWNER(f) || (seq>=1 && seqn==want[f]));
               act(f,seq);
               assert(res[f]==ok && (rx[f]==0 || rx[f]==seq+1));
               seq = MOD(seq+d)+FEE; seqn = seqn+OWNER(f);
               d = 0; ok = 0; looked = 0; low = 0 }
          :: else -> assert(st[f]!=FINAL); st[f] = RUN; att[f]++; redo = 1; break
          fi
       fi };
#ifdef M_ABSOLUTE                      /* the attempt's own sum is stored, not its change applied */
     atomic { if :: ver[f]!=0 && st[f]==DONE -> bal = ver[f]-1 :: else -> bal = MOD(bal+chg[f]) fi };
#else
     bal = MOD(bal+chg[f]);
#endif
     non = non+OWNER(f);
     bal = bal+FEE;                    /* creditConfirmed: a record of its own */
     assert(bal==seq && non==seqn && seq<14);
     atomic { rx[f] = 0; need[f] = 0; res[f] = 0; chg[f] = 0; f++; F = f }
  :: atomic { f==NT || st[f]<DONE || verdict!=0 -> break }
  od;
  token = 0;
  if
  :: atomic { redo -> redo = 0; i = f; f = 0; d_step { outcome(i, bal, non, true) } } st[i] = FINAL; i = 0
  :: atomic { !redo -> f = 0 }
  fi;
  goto again;
end:
  skip
}

init {
  byte j;
  atomic {
    if :: bal = 0 :: bal = 1 :: bal = 2 :: bal = 3 fi;
    seq = bal;
    do
    :: j<NT ->
       if :: prog[j] = 0 :: prog[j] = 1 :: prog[j] = 2 :: prog[j] = 3 :: prog[j] = 4
          :: prog[j] = 5; if :: want[j] = 0 :: want[j] = 1 fi
       fi;
       st[j] = READY; j++
    :: else -> break
    od;
    j = 0;
    run slot(0); run slot(1);
#if NS>2
    run slot(2)
#endif
  }
}
