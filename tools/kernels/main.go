// Command kernels writes the assembly of package kmeans/simd, with avo:
//
//	go generate ./internal/kmeans/simd
//
// Every instruction rounds as the Go it stands for: products and sums are two
// instructions, never a fused one, and what is added is added in the same order.
package main

import (
	. "github.com/mmcloughlin/avo/build"   //nolint:staticcheck // how avo is meant to be read
	. "github.com/mmcloughlin/avo/operand" //nolint:staticcheck // the same
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64,!purego")
	nearest()
	spread("potentialAVX2", "potentialAVX2 returns in sums the 8 lanes of weight × min(sq, squared distance to c) over n points.", false)
	spread("chooseAVX2", "chooseAVX2 is potentialAVX2 that leaves the minimum in sq, and label in owner where it is less than sq was.", true)
	distances()
	Generate()
}

// param loads a parameter into a register.
func param(name string) reg.GPVirtual { return Load(Param(name), GP64()).(reg.GPVirtual) }

// address is where a parameter lies that is not worth a register.
func address(name string) Op {
	a, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return a.Addr
}

// each runs body for c = 0, step, 2·step … below n; body sees c in a register.
func each(name string, n reg.GPVirtual, step uint64, body func(c reg.GPVirtual)) {
	c := GP64()
	XORQ(c, c)
	Label(name)
	body(c)
	ADDQ(Imm(step), c)
	CMPQ(c, n)
	JLT(LabelRef(name))
}

// columns adds to sq, which holds nothing yet, the squares of x - c over the
// columns, in their order. x points at the first point, c at the centroid,
// which is of size bytes and must be loaded anew if it is needed again.
func columns(name string, two bool, x, stride, size, c reg.GPVirtual, sq []reg.VecVirtual) {
	at, t := YMM(), make([]reg.VecVirtual, len(sq))
	for i := range t {
		t[i] = YMM()
	}
	squares := func(x Mem, into []reg.VecVirtual) {
		for i := range sq {
			VSUBPD(x.Offset(32*i), at, into[i])
		}
		for i := range sq {
			VMULPD(into[i], into[i], into[i])
		}
	}
	add := func() {
		for i := range sq {
			VADDPD(t[i], sq[i], sq[i])
		}
	}
	VBROADCASTSD(Mem{Base: c}, at)
	squares(Mem{Base: x}, sq)
	if two {
		VBROADCASTSD(Mem{Base: c, Disp: 8}, at)
		squares(Mem{Base: x, Index: stride, Scale: 1}, t)
		add()
		return
	}
	column, end := GP64(), GP64()
	MOVQ(x, column)
	MOVQ(c, end)
	ADDQ(size, end)
	JMP(LabelRef(name + "_end"))
	Label(name)
	ADDQ(stride, column)
	VBROADCASTSD(Mem{Base: c}, at)
	squares(Mem{Base: column}, t)
	add()
	Label(name + "_end")
	ADDQ(Imm(8), c)
	CMPQ(c, end)
	JLT(LabelRef(name))
}

// nearest generates nearestAVX2.
func nearest() {
	TEXT("nearestAVX2", NOSPLIT, "func(x *float64, stride, d, n int, centroids *float64, candidates *int32, k int, labels, found *int32) (changed uint64)")
	Pragma("noescape")
	Doc("nearestAVX2 writes for n points, a multiple of 8 and 64 at most, the nearest of the k candidates to found;",
		"bit i of changed is set where that is not labels[i]. Candidates ascend, the first of several nearest is taken.")
	x, stride, size, n, candidates := param("x"), param("stride"), param("d"), param("n"), param("candidates")
	labels, found := param("labels"), param("found")
	centroids, k := address("centroids"), address("k")
	SHLQ(Imm(3), stride)
	SHLQ(Imm(3), size)
	changed := GP64()
	XORQ(changed, changed)

	body := func(name string, two bool, groups int) {
		least, label, sq := make([]reg.VecVirtual, groups), make([]reg.VecVirtual, groups), make([]reg.VecVirtual, groups)
		for g := range groups {
			least[g], label[g], sq[g] = YMM(), YMM(), YMM()
		}
		compare := func(first bool, c reg.GPVirtual, name string) {
			at, number4 := GP64(), YMM()
			MOVLQSX(Mem{Base: candidates, Index: c, Scale: 4}, at)
			VPBROADCASTD(Mem{Base: candidates, Index: c, Scale: 4}, number4)
			if two {
				SHLQ(Imm(4), at)
			} else {
				IMULQ(size, at)
			}
			ADDQ(centroids, at)
			if first {
				columns(name, two, x, stride, size, at, least)
				for g := range groups {
					VMOVAPD(number4, label[g])
				}
				return
			}
			columns(name, two, x, stride, size, at, sq)
			for g := range groups {
				less := YMM()
				VCMPPD(Imm(1), least[g], sq[g], less) // sq < least
				VMINPD(least[g], sq[g], least[g])
				VBLENDVPD(less, number4, label[g], label[g])
			}
		}
		Label(name)
		c := GP64()
		XORQ(c, c)
		compare(true, c, name+"_first")
		JMP(LabelRef(name + "_next"))
		Label(name + "_candidate")
		compare(false, c, name+"_columns")
		Label(name + "_next")
		INCQ(c)
		CMPQ(c, k)
		JLT(LabelRef(name + "_candidate"))
		for g := range groups {
			high, four, same := XMM(), XMM(), GP32()
			VEXTRACTF128(Imm(1), label[g], high)
			VSHUFPS(Imm(0x88), high, label[g].AsX(), four)
			VMOVUPS(four, Mem{Base: found, Disp: 16 * g})
			VPCMPEQD(Mem{Base: labels, Disp: 16 * g}, four, four)
			VMOVMSKPS(four, same)
			XORL(U8(15), same)
			SHLQ(reg.CL, same.As64())
			ORQ(same.As64(), changed)
			ADDQ(Imm(4), reg.RCX)
		}
		for _, p := range []struct {
			p    reg.GPVirtual
			size int
		}{{x, 8}, {found, 4}, {labels, 4}} {
			ADDQ(Imm(uint64(4*groups*p.size)), p.p)
		}
		SUBQ(Imm(uint64(4*groups)), n)
		JNE(LabelRef(name))
	}
	XORQ(reg.RCX, reg.RCX)
	CMPQ(size, Imm(16))
	JNE(LabelRef("any"))
	body("two", true, 2)
	JMP(LabelRef("done"))
	body("any", false, 2)
	Label("done")
	Store(changed, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// spread generates what k-means++ does with all points.
func spread(name, doc string, choose bool) {
	signature := "func(x *float64, stride, d, n int, c, weight, sq *float64, sums *[8]float64)"
	if choose {
		signature = "func(x *float64, stride, d, n int, c, weight, sq *float64, owner *int32, label int32, sums *[8]float64)"
	}
	TEXT(name, NOSPLIT, signature)
	Pragma("noescape")
	Doc(doc, "n is a multiple of 8.")
	x, stride, size, n := param("x"), param("stride"), param("d"), param("n")
	centroid, weight, sq, sums := param("c"), param("weight"), param("sq"), param("sums")
	var owner reg.GPVirtual
	var label reg.VecVirtual
	if choose {
		owner = param("owner")
		at := GP32()
		Load(Param("label"), at)
		label = XMM()
		VMOVD(at, label)
		VPBROADCASTD(label, label)
	}
	SHLQ(Imm(3), stride)
	SHLQ(Imm(3), size)
	sum := []reg.VecVirtual{YMM(), YMM()}
	for _, s := range sum {
		VXORPD(s, s, s)
	}
	body := func(name string, two bool) {
		each(name, n, 8, func(i reg.GPVirtual) {
			far := []reg.VecVirtual{YMM(), YMM()}
			c := centroid
			if !two {
				c = GP64()
				MOVQ(centroid, c)
			}
			columns(name+"_columns", two, x, stride, size, c, far)
			for g := range far {
				before := YMM()
				VMOVUPD(Mem{Base: sq, Index: i, Scale: 8, Disp: 32 * g}, before)
				if choose {
					less, high, mask, was := YMM(), XMM(), XMM(), XMM()
					VCMPPD(Imm(1), before, far[g], less) // far < before
					VEXTRACTF128(Imm(1), less, high)
					VSHUFPS(Imm(0x88), high, less.AsX(), mask)
					VMOVUPS(Mem{Base: owner, Index: i, Scale: 4, Disp: 16 * g}, was)
					VBLENDVPS(mask, label, was, was)
					VMOVUPS(was, Mem{Base: owner, Index: i, Scale: 4, Disp: 16 * g})
				}
				VMINPD(before, far[g], far[g])
				if choose {
					VMOVUPD(far[g], Mem{Base: sq, Index: i, Scale: 8, Disp: 32 * g})
				}
				VMULPD(Mem{Base: weight, Index: i, Scale: 8, Disp: 32 * g}, far[g], far[g])
				VADDPD(far[g], sum[g], sum[g])
			}
			ADDQ(Imm(64), x)
		})
	}
	CMPQ(size, Imm(16))
	JNE(LabelRef("other"))
	body("two", true)
	JMP(LabelRef("done"))
	Label("other")
	body("any", false)
	Label("done")
	for g, s := range sum {
		VMOVUPD(s, Mem{Base: sums, Disp: 32 * g})
	}
	VZEROUPPER()
	RET()
}

// distances generates distancesAVX2.
func distances() {
	TEXT("distancesAVX2", NOSPLIT, "func(x *float64, m, d, i, a, b int, weight, toI *float64, toJ *[4]float64)")
	Pragma("noescape")
	Doc("distancesAVX2 adds the distances of the 8 points from i on to the points from a to b-1, at least one, times their weights:",
		"to toI for each of the 8, and in 4 lanes to toJ for each of the others. x is d×m, by columns.")
	x, stride, size, i, a, b := param("x"), param("m"), param("d"), param("i"), param("a"), param("b")
	weight, toI, toJ := param("weight"), param("toI"), param("toJ")
	SHLQ(Imm(3), stride)
	IMULQ(stride, size) // from the first column to behind the last one
	other, end := GP64(), GP64()
	LEAQ(Mem{Base: x, Index: a, Scale: 8}, other)
	LEAQ(Mem{Base: x, Index: b, Scale: 8}, end)
	LEAQ(Mem{Base: x, Index: i, Scale: 8}, x)
	var sum, own [2]reg.VecVirtual
	for g := range sum {
		sum[g], own[g] = YMM(), YMM()
		VMOVUPD(Mem{Base: toI, Disp: 32 * g}, sum[g])
		VMOVUPD(Mem{Base: weight, Index: i, Scale: 8, Disp: 32 * g}, own[g])
	}
	otherWeight := i
	LEAQ(Mem{Base: weight, Index: a, Scale: 8}, otherWeight)

	body := func(name string) {
		Label(name)
		var sq, t [2]reg.VecVirtual
		at := YMM()
		for g := range sq {
			sq[g], t[g] = YMM(), YMM()
		}
		squares := func(of, to reg.GPVirtual, sq [2]reg.VecVirtual) {
			VBROADCASTSD(Mem{Base: to}, at)
			for g := range sq {
				VSUBPD(Mem{Base: of, Disp: 32 * g}, at, sq[g])
			}
			for g := range sq {
				VMULPD(sq[g], sq[g], sq[g])
			}
		}
		squares(x, other, sq)
		of, to, last := GP64(), GP64(), GP64()
		MOVQ(x, of)
		MOVQ(other, to)
		MOVQ(x, last)
		ADDQ(size, last)
		JMP(LabelRef(name + "_next"))
		Label(name + "_columns")
		squares(of, to, t)
		for g := range sq {
			VADDPD(t[g], sq[g], sq[g])
		}
		Label(name + "_next")
		ADDQ(stride, of)
		ADDQ(stride, to)
		CMPQ(of, last)
		JLT(LabelRef(name + "_columns"))
		w, both := YMM(), YMM()
		VBROADCASTSD(Mem{Base: otherWeight}, w)
		for g := range sq {
			VSQRTPD(sq[g], sq[g])
		}
		for g := range sq {
			VMULPD(w, sq[g], t[g])
			VADDPD(t[g], sum[g], sum[g])
			VMULPD(own[g], sq[g], sq[g])
		}
		VADDPD(sq[1], sq[0], both)
		VADDPD(Mem{Base: toJ}, both, both)
		VMOVUPD(both, Mem{Base: toJ})
		ADDQ(Imm(32), toJ)
		ADDQ(Imm(8), otherWeight)
		ADDQ(Imm(8), other)
		CMPQ(other, end)
		JLT(LabelRef(name))
	}
	body("point")
	for g := range sum {
		VMOVUPD(sum[g], Mem{Base: toI, Disp: 32 * g})
	}
	VZEROUPPER()
	RET()
}
